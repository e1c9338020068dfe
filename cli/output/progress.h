#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string_view>

namespace alohook {

/// A bar on the last line of a terminal, drawn at most 10 times a second.
class Progress {
 public:
  enum class Visibility { hidden, shown };

  /// `elapsed` is the time since the run began.
  Progress(std::ostream& terminal, Visibility visibility, std::function<std::chrono::microseconds()> elapsed);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Returns whether it is shown and was last drawn long enough ago.
  bool is_due() const;

  /// Draws `[#####……]  52 %  text`; without a part, the text alone. `text` is plain ASCII.
  void show(std::optional<double> part, std::string_view text);

  /// Takes the bar away, before something else is written.
  void clear();

 private:
  std::ostream& terminal_;
  Visibility visibility_;
  std::function<std::chrono::microseconds()> elapsed_;
  std::chrono::microseconds next_{0};
  std::size_t width_ = 0;  // columns on screen now
};

}  // namespace alohook
