#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "world/context.h"

namespace alohook {

/// How results are written to stdout.
enum class Format {
  human,
  json,   ///< one object a line, stable keys
  quiet,  ///< nothing: the exit code is the result
};

enum class ColourChoice { automatic, always, never };

/// What a piece of text means; colours follow from it. They are the terminal's own 8, readable on light and dark.
enum class Style { plain, strong, dim, good, bad, warning, key, string, number, literal };

/// Paints text for stdout, or leaves it as it is.
class Palette {
 public:
  explicit Palette(bool is_on) : is_on_(is_on) {}
  std::string operator()(Style style, std::string_view text) const;

 private:
  bool is_on_;
};

/// Decides on colour: the flag, then NO_COLOR, then CLICOLOR_FORCE, then whether stdout is a terminal. Empty variables
/// count as unset.
Palette choose_palette(ColourChoice choice, const Context& context);

/// One line below the log of an interactive command. The terminal scrolls on as ever: the line is erased before anything
/// else is printed, and drawn again behind it, with one write for all three.
class StatusLine {
 public:
  /// `width` returns the terminal's columns; 0 is taken for 80.
  explicit StatusLine(std::function<std::size_t()> width) : width_(std::move(width)) {}

  /// Sets what is shown when the line is drawn next: the first part as it is, the second dim.
  void set(std::string text, std::string keys);
  /// Whether the line is there at all.
  void show(bool is_shown) { is_shown_ = is_shown; }

  std::string erase() const;
  std::string draw(const Palette& paint) const;

 private:
  std::function<std::size_t()> width_;
  std::string text_;
  std::string keys_;
  bool is_shown_ = false;
};

/// Where a command's words go: results to stdout, everything else to stderr. Each call flushes. No
/// line of them is one that a CI system takes for a command.
class Console {
 public:
  Console(Context& context, Format format, Palette palette)
      : context_(context), format_(format), palette_(palette) {}

  Format format() const { return format_; }
  const Palette& palette() const { return palette_; }

  /// Writes a result in the human format; `text` ends in LF. Nothing in the other formats.
  void human(std::string_view text);
  /// Writes a result as one line of JSON. Nothing in the other formats.
  void json(std::string_view line);
  /// Writes such lines, each of which ends in LF, at once.
  void json_lines(std::string_view lines);
  /// Writes a line about progress, readiness or trouble to stderr, in every format.
  void talk(std::string_view line);
  /// Copies text to the terminal's clipboard (OSC 52). Terminals that don't know how ignore it.
  void copy(std::string_view text);

  /// Keeps a line below all that is written from now on, until it is null. The line has to outlive that.
  void attach(StatusLine* line);
  /// Draws the status line again.
  void redraw();

  /// Returns a function that does what `talk` does, for what reports without knowing a console. The console has to
  /// outlive it.
  std::function<void(std::string_view line)> notes() {
    return [this](std::string_view line) { talk(line); };
  }

 private:
  Context& context_;
  Format format_;
  Palette palette_;
  StatusLine* line_ = nullptr;
};

}  // namespace alohook
