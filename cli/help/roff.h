#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// Escapes text so that man page formatters show exactly these characters: backslashes, dashes, quotes, non-ASCII
/// characters, and a dot at the start of a line.
std::string escaped(std::string_view text);

/// Escapes text that is typed as it is.
std::string bold(std::string_view text);
/// Escapes text that stands for something else.
std::string italic(std::string_view text);

/// Returns escaped text in which what stood between backticks is bold.
std::string with_bold_words(std::string_view text);

/// Builds a man page from the macros of man(7).
class Roff {
 public:
  /// Begins the page `name` of this section.
  Roff(std::string_view name, std::string_view section, std::string_view date, std::string_view source);

  void section(std::string_view title);
  void subsection(std::string_view title);
  void paragraph();
  void line_break();
  /// Adds a line of markup.
  void line(std::string_view markup);
  /// Adds plain text.
  void text(std::string_view plain);
  /// Adds a list entry.
  void item(std::string_view head_markup, std::string_view body_markup);
  /// Adds lines that are shown unfilled.
  void verbatim(const std::vector<std::string>& lines);

  std::string take() { return std::move(page_); }

 private:
  std::string page_;
};

}  // namespace alohook
