#include "output/banner.h"

#include <fmt/format.h>

#include "base/columns.h"
#include "base/visible.h"
#include "output/wrap.h"

namespace alohook {
namespace {

std::string row(const std::string& label, const std::string& text, std::size_t width, const Palette& paint) {
  const std::size_t room =
      width == 0 ? text.size() + 1 : std::max<std::size_t>(width, label_width + 20) - label_width;
  // A command to copy, after three spaces, is never broken: it takes a line of its own where there is no room.
  std::vector<std::string> parts = {visible(text)};
  if (const auto gap = parts[0].find("   "); gap != std::string::npos && columns_of(parts[0]) > room)
    parts = {parts[0].substr(0, gap), parts[0].substr(gap + 3)};
  std::string out, shown = padded_to(label, label_width);
  for (const std::string& part : parts) {
    const auto lines = columns_of(part) > room ? wrapped(part, room) : std::vector<std::string>{part};
    for (const std::string& line : lines) {
      out += paint(Style::dim, shown) + cut_to(line, width == 0 ? 0 : room) + "\n";
      shown = std::string(label_width, ' ');
    }
  }
  return out;
}

std::string without_last_slash(std::string url) {
  if (url.ends_with('/')) url.pop_back();
  return visible(url);
}

}  // namespace

std::string show_banner(const Banner& banner, std::size_t width, const Palette& paint) {
  std::string way = without_last_slash(banner.url);
  if (!banner.target.empty()) way += " → " + visible(banner.target);
  std::string out = paint(Style::strong, "alohook " ALOHOOK_VERSION) + "   " + way + "\n";
  for (const auto& [label, text] : banner.rows) out += row(label, text, width, paint);
  if (!banner.inspector.empty()) out += "inspect at " + visible(banner.inspector) + "\n";
  const std::size_t columns = width == 0 ? line_width : width;
  const std::string advice = visible(banner.advice);
  const bool is_one_line = columns_of(advice) + 25 <= columns;
  out += "Waiting for events. Try:" + std::string(is_one_line ? " " : "\n  ") + advice;
  const std::string keys = banner.has_keys ? "Ctrl-C quits, ? shows keys" : "Ctrl-C quits";
  const std::size_t used = columns_of(advice) + 25 + columns_of(keys);
  out +=
      is_one_line && used + 4 <= columns ? std::string(std::min<std::size_t>(columns - used, 10), ' ') : "\n";
  return out + paint(Style::dim, keys) + "\n\n";
}

std::string log_banner(const Banner& banner) {
  std::string out = fmt::format("listening on {}\n", visible(banner.url));
  if (!banner.target.empty()) out += "  " + row("Forward", banner.target, 0, Palette(false));
  for (const auto& [label, text] : banner.rows) out += "  " + row(label, text, 0, Palette(false));
  if (!banner.inspector.empty()) out += "  inspect at " + visible(banner.inspector) + "\n";
  return out;
}

}  // namespace alohook
