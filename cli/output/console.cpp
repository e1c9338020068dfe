#include "output/console.h"

#include "base/ci_commands.h"
#include "base/codec.h"
#include "base/columns.h"
#include "output/wrap.h"

namespace alohook {
namespace {

std::string_view escape_for(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::strong:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::bad:
      return "\x1b[31m";
    case Style::warning:
      return "\x1b[33m";
    case Style::key:
      return "\x1b[1;34m";
    case Style::string:
      return "\x1b[32m";
    case Style::number:
      return "\x1b[36m";
    case Style::literal:
      return "\x1b[35m";
  }
  return "";
}

/// No line of what is printed is one that a CI system takes for a command.
std::string without_commands(std::string_view text, const Context& context) {
  const bool is_github = context.environment("GITHUB_ACTIONS") == "true";
  return without_ci_commands(text, is_github ? CiSystem::github : CiSystem::other);
}

}  // namespace

std::string Palette::operator()(Style style, std::string_view text) const {
  const std::string_view escape = escape_for(style);
  if (!is_on_ || escape.empty() || text.empty()) return std::string(text);
  return std::string(escape).append(text).append("\x1b[0m");
}

Palette choose_palette(ColourChoice choice, const Context& context) {
  const auto is_set = [&](const char* name) { return !context.environment(name).value_or("").empty(); };
  if (choice != ColourChoice::automatic) return Palette(choice == ColourChoice::always);
  if (is_set("NO_COLOR")) return Palette(false);
  if (is_set("CLICOLOR_FORCE") && context.environment("CLICOLOR_FORCE") != "0") return Palette(true);
  return Palette(context.out_is_terminal && context.environment("TERM") != "dumb");
}

void StatusLine::set(std::string text, std::string keys) {
  text_ = std::move(text);
  keys_ = std::move(keys);
}

std::string StatusLine::erase() const { return is_shown_ ? "\r\x1b[K" : ""; }

std::string StatusLine::draw(const Palette& paint) const {
  if (!is_shown_) return {};
  const std::size_t columns = width_();
  // The last column stays free: some terminals go on to the next row with it.
  const std::size_t room = (columns == 0 ? line_width : std::max<std::size_t>(columns, 2)) - 1;
  std::string text = cut_to(text_, room);
  // The hints stand two spaces apart. As many as fit are shown, the last one, which explains them all, before others.
  constexpr std::string_view gap = "  ";
  const auto last_gap = keys_.rfind(gap);
  const std::string last = last_gap == std::string::npos ? keys_ : keys_.substr(last_gap + gap.size());
  std::string rest = last_gap == std::string::npos ? "" : keys_.substr(0, last_gap);
  const std::size_t used = columns_of(text) + gap.size() + columns_of(last);
  if (last.empty() || used > room) return text;
  while (!rest.empty() && used + columns_of(rest) + gap.size() > room) {
    const auto cut = rest.rfind(gap);
    rest.resize(cut == std::string::npos ? 0 : cut);
  }
  if (!rest.empty()) rest += gap;
  return text + std::string(gap) + paint(Style::dim, rest + last);
}

void Console::human(std::string_view text) {
  if (format_ != Format::human) return;
  if (line_ == nullptr) {
    context_.out << without_commands(text, context_) << std::flush;
  } else {
    context_.out << line_->erase() + without_commands(text, context_) + line_->draw(palette_) << std::flush;
  }
}

void Console::copy(std::string_view text) {
  if (context_.out_is_terminal) context_.out << "\x1b]52;c;" + base64_encode(text) + "\x07" << std::flush;
}

void Console::attach(StatusLine* line) {
  if (line_ != nullptr) context_.out << line_->erase() << std::flush;
  line_ = line;
}

void Console::redraw() {
  if (line_ != nullptr) context_.out << line_->erase() + line_->draw(palette_) << std::flush;
}

void Console::json(std::string_view line) { json_lines(std::string(line) + '\n'); }

void Console::json_lines(std::string_view lines) {
  if (format_ != Format::json) return;
  // With one call, so that it is one write.
  if (lines.find("##") == std::string_view::npos)
    context_.out << lines << std::flush;
  else
    context_.out << json_without_ci_commands(lines) << std::flush;
}

void Console::talk(std::string_view line) {
  const bool is_around_line = line_ != nullptr && context_.err_is_terminal;
  const std::string text = without_commands(line, context_) + "\n";
  context_.err << (is_around_line ? line_->erase() + text + line_->draw(palette_) : text) << std::flush;
}

}  // namespace alohook
