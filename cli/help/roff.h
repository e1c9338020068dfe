#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// Writes text so that a formatter of man pages shows exactly it: backslashes, dashes, quotes and what is not ASCII,
/// in the middle and at the start of a line.
std::string escaped(std::string_view text);

/// Escaped text that is typed as it stands.
std::string bold(std::string_view text);
/// Escaped text that stands for something else.
std::string italic(std::string_view text);

/// A page of the manual, in the macros of man(7).
class Roff {
 public:
  /// Begins the page `name` of section 1.
  Roff(std::string_view name, std::string_view date, std::string_view source);

  void section(std::string_view title);
  void subsection(std::string_view title);
  void paragraph();
  void line_break();
  /// Adds a line that is markup already.
  void line(std::string_view markup);
  /// Adds prose.
  void text(std::string_view plain);
  /// Adds an entry of a list: its head is markup, its body prose.
  void item(std::string_view head_markup, std::string_view plain);
  /// Adds lines that are shown as they are.
  void verbatim(const std::vector<std::string>& lines);

  std::string take() { return std::move(page_); }

 private:
  std::string page_;
};

}  // namespace alohook
