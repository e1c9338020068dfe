#include "options/declare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/clock.h"
#include "base/spelling.h"
#include "help/command_app.h"

namespace alohook {
namespace {

constexpr std::size_t few = 12;  // words that one line can name

/// Writes a duration as a flag takes it: `250ms`, `30s`, `5m`.
std::string short_duration(std::chrono::milliseconds value) {
  const auto count = value.count();
  if (count > 0 && count % 60'000 == 0) return fmt::format("{}m", count / 60'000);
  return count % 1000 == 0 ? fmt::format("{}s", count / 1000) : fmt::format("{}ms", count);
}

std::chrono::microseconds read_duration(const std::string& flag, const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration) throw bad_value(flag, "a duration such as 250ms, 30s or 5m", text);
  return *duration;
}

std::size_t read_size(const std::string& flag, const std::string& text) {
  const auto size = read_quantity(text);
  const std::string_view unit = size ? size->unit : "";
  const double factor = unit.empty() || unit == "B"                   ? 1
                        : unit == "k" || unit == "K" || unit == "KiB" ? 1024
                        : unit == "M" || unit == "MiB"                ? 1024.0 * 1024
                                                                      : 0;
  const double bytes = size ? size->value * factor : 0;
  if (!size || factor == 0 || bytes > 1e12) throw bad_value(flag, "a size such as 65536, 512k or 10M", text);
  return static_cast<std::size_t>(bytes);
}

/// The error for a word that is not in the list: names all of them when they are few, else the nearest.
Error unknown_word(const std::string& flag, const std::string& text, const std::vector<Candidate>& words) {
  std::vector<std::string_view> names;
  for (const Candidate& word : words) names.push_back(word.word);
  const auto near = nearest(text, names);
  const bool has_list = std::ranges::find(names, "list") != names.end();
  const std::string hint = !near.empty() ? fmt::format("did you mean '{}'?", near)
                           : has_list    ? fmt::format("list them: {} list", flag)
                                         : "";
  if (names.size() <= few) return bad_value(flag, either(names), text, hint);
  return Error(fmt::format("{}: there is no '{}'", flag, text), hint);
}

/// Says what kind of value the option takes.
FlagRef described(CommandApp& app, CLI::Option& option, ValueKind kind) {
  option.type_name(std::string(kind.name));
  app.set_offer(option, kind.offer);
  return FlagRef(option);
}

}  // namespace

std::string either(const std::vector<std::string_view>& words) {
  if (words.size() < 2) return words.empty() ? "" : std::string(words.front());
  return fmt::format("{} or {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

std::uint64_t read_number(const std::string& flag, NumberRange range, const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && rest == end && number >= range.least && number <= range.most) return number;
  const bool is_open = range.most == UINT64_MAX;
  throw bad_value(flag,
                  is_open ? fmt::format("a whole number of at least {}", range.least)
                          : fmt::format("a whole number from {} to {}", range.least, range.most),
                  text);
}

Error bad_value(const std::string& flag, std::string_view expected, std::string_view got,
                const std::string& hint) {
  return Error(fmt::format("{}: expected {}, got '{}'", flag, expected, got), hint);
}

std::optional<Quantity> read_quantity(std::string_view text) {
  double value = -1;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;
  return Quantity{value, {end, static_cast<std::size_t>(text_end - end)}};
}

FlagRef add_value(CommandApp& app, const std::string& flag, std::string& value, ValueKind kind,
                  const std::string& help) {
  return add_value(
      app, flag, [&value](const std::string& text) { value = text; }, kind, help);
}

FlagRef add_value(CommandApp& app, const std::string& flag, std::vector<std::string>& values, ValueKind kind,
                  const std::string& help) {
  return described(app, *app.add_option(flag, values, help)->allow_extra_args(false), kind);
}

FlagRef add_value(CommandApp& app, const std::string& flag,
                  const std::function<void(const std::string&)>& read, ValueKind kind,
                  const std::string& help) {
  // An empty value has one error for all flags (settings.cpp), so what reads this one needn't know of it.
  const auto read_value = [read](const std::string& text) {
    if (!text.empty()) read(text);
  };
  return described(app, *app.add_option_function<std::string>(flag, read_value, help), kind);
}

FlagRef add_values(CommandApp& app, const std::string& flag,
                   const std::function<void(const std::vector<std::string>&)>& read, ValueKind kind,
                   const std::string& help) {
  auto* option = app.add_option_function<std::vector<std::string>>(flag, read, help);
  return described(app, *option->allow_extra_args(false), kind);
}

FlagRef add_program(CommandApp& app, std::vector<std::string>& words, const std::string& help) {
  return described(app, *app.add_option("command", words, help), {"-- COMMAND"});
}

FlagRef add_flag(CommandApp& app, const std::string& flag, bool& value, const std::string& help) {
  return FlagRef(*app.add_flag(flag, value, help));
}

FlagRef add_action(CommandApp& app, const std::string& flag, std::function<void()> act,
                   const std::string& help) {
  return FlagRef(*app.add_flag_callback(flag, std::move(act), help));
}

FlagRef add_number(CommandApp& app, const std::string& flag, std::function<void(std::uint64_t)> set,
                   NumberRange range, ValueKind kind, const std::string& help,
                   const std::string& by_default) {
  const auto read = [flag, range, set = std::move(set)](const std::string& text) {
    set(read_number(flag, range, text));
  };
  return add_value(app, flag, read, kind, help).default_str(by_default);
}

FlagRef add_words(CommandApp& app, const std::string& flag, std::string_view name,
                  std::vector<Candidate> words, std::function<void(std::size_t)> choose,
                  const std::string& help) {
  const std::string shown = flag.starts_with("-") ? flag : std::string(name);
  const auto read = [shown, words, choose = std::move(choose)](const std::string& text) {
    const auto found =
        std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.word == text; });
    if (found == words.end()) throw unknown_word(shown, text, words);
    choose(static_cast<std::size_t>(found - words.begin()));
  };
  auto* option = app.add_option_function<std::string>(flag, read, help);
  app.set_words(*option, std::move(words));
  return described(app, *option, {name});
}

FlagRef add_duration(CommandApp& app, const std::string& flag, std::chrono::milliseconds& value,
                     const std::string& help) {
  const auto read = [flag, &value](const std::string& text) {
    value = std::chrono::ceil<std::chrono::milliseconds>(read_duration(flag, text));
  };
  return add_value(app, flag, read, {"DURATION"}, help).default_str(short_duration(value));
}

FlagRef add_duration(CommandApp& app, const std::string& flag, std::chrono::seconds& value,
                     const std::string& help) {
  const auto read = [flag, &value](const std::string& text) {
    value = std::chrono::floor<std::chrono::seconds>(read_duration(flag, text));
  };
  return add_value(app, flag, read, {"DURATION"}, help).default_str(short_duration(value));
}

FlagRef add_size(CommandApp& app, const std::string& flag, std::size_t& value, const std::string& help) {
  const auto read = [flag, &value](const std::string& text) { value = read_size(flag, text); };
  const std::string shown =
      value % (1024 * 1024) == 0 ? fmt::format("{}M", value >> 20) : std::to_string(value);
  return add_value(app, flag, read, {"SIZE"}, help).default_str(shown);
}

}  // namespace alohook
