#include "output/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "output/wrap.h"

namespace alohook {
namespace {

constexpr std::chrono::milliseconds between_updates{100};
constexpr std::size_t bar_width = 30;

}  // namespace

Progress::Progress(std::ostream& terminal, Visibility visibility,
                   std::function<std::chrono::microseconds()> elapsed)
    : terminal_(terminal), visibility_(visibility), elapsed_(std::move(elapsed)) {}

bool Progress::is_due() const { return visibility_ == Visibility::shown && elapsed_() >= next_; }

void Progress::show(std::optional<double> part, std::string_view text) {
  if (visibility_ == Visibility::hidden) return;
  std::string line;
  if (part) {
    const double share = std::clamp(*part, 0.0, 1.0);
    const auto filled = static_cast<std::size_t>(share * bar_width);
    line = fmt::format("[{}{}] {:3.0f} %  ", std::string(filled, '#'), std::string(bar_width - filled, '.'),
                       share * 100);
  }
  line += text;
  line.resize(std::min(line.size(), line_width - 1));
  const std::size_t width = line.size();
  // What was longer before is painted over.
  if (width < width_) line.append(width_ - width, ' ');
  terminal_ << '\r' << line << std::flush;
  width_ = width;
  next_ = elapsed_() + between_updates;
}

void Progress::clear() {
  if (width_ == 0) return;
  terminal_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
  width_ = 0;
}

}  // namespace alohook
