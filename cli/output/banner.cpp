#include "output/banner.h"

#include <fmt/format.h>

#include "base/columns.h"
#include "base/visible.h"
#include "output/wrap.h"

namespace alohook {
namespace {

constexpr std::size_t label_width = 10;

std::string row(const std::string& label, const std::string& text, std::size_t width, const Palette& paint) {
  const std::size_t room =
      width == 0 ? text.size() + 1 : std::max<std::size_t>(width, label_width + 20) - label_width;
  std::string out, shown = padded_to(label, label_width);
  for (const std::string& line : wrapped(visible(text), room)) {
    out += paint(Style::dim, shown) + cut_to(line, room) + "\n";
    shown = std::string(label_width, ' ');
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
  const std::string waiting = "Waiting for events. Try: " + visible(banner.advice);
  const std::string keys = banner.has_keys ? "Ctrl-C quits, ? shows keys" : "Ctrl-C quits";
  const std::size_t columns = width == 0 ? line_width : width;
  const std::size_t used = columns_of(waiting) + columns_of(keys);
  out += waiting;
  out += used + 2 <= columns ? std::string(columns - used > 12 ? 10 : columns - used, ' ') : "\n";
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
