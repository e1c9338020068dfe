#include "diagnosis/forms/timestamp_forms.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/visible.h"
#include "signing/signature.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::string_view nothing[] = {"", "undefined", "null", "None", "0", "nil", "NaN", "<nil>", "false"};
constexpr std::string_view first_rare_nothing = "nil";
constexpr std::int64_t latest_plausible = 20'000'000'000;  // in seconds; larger numbers are in a smaller unit
constexpr int clock_offsets = 5;  // seconds between two reads of the clock by the sender
constexpr std::chrono::seconds widest_window{600};

struct Unit {
  std::int64_t per_second;
  std::string_view name;
};
constexpr Unit finer_units[] = {
    {1'000, "milliseconds"}, {1'000'000, "microseconds"}, {1'000'000'000, "nanoseconds"}};

/// Returns the unit in which the number is a plausible time, or null if it is in seconds.
const Unit* finer_unit(std::int64_t number) {
  if (number < latest_plausible) return nullptr;
  const auto found = std::ranges::find_if(
      finer_units, [&](const Unit& unit) { return number / unit.per_second < latest_plausible; });
  return found == std::end(finer_units) ? nullptr : found;
}

/// Returns the time in whole seconds that a timestamp means, whatever its format.
std::optional<std::int64_t> seconds_meant(std::string_view text) {
  if (const auto number = parse_timestamp(text)) {
    const Unit* unit = finer_unit(*number);
    return unit == nullptr ? *number : *number / unit->per_second;
  }
  if (const auto time = parse_iso8601(text)) return unix_seconds(*time);
  return parse_timestamp(text.substr(0, text.find('.')));
}

void add_calendar_forms(Forms& forms, std::int64_t seconds) {
  constexpr std::string_view formats[] = {
      "{:%Y-%m-%dT%H:%M:%SZ}",      "{:%Y-%m-%dT%H:%M:%S.000Z}",  "{:%Y-%m-%dT%H:%M:%S+00:00}",
      "{:%Y-%m-%dT%H:%M:%S}",       "{:%Y-%m-%d %H:%M:%S}",       "{:%Y-%m-%d %H:%M:%S UTC}",
      "{:%Y-%m-%d %H:%M:%S +0000}", "{:%Y-%m-%d %H:%M:%S+00:00}", "{:%a, %d %b %Y %H:%M:%S GMT}"};
  if (seconds > latest_plausible) return;
  const std::tm calendar = fmt::gmtime(static_cast<std::time_t>(seconds));
  for (const std::string_view format : formats) {
    std::string text = fmt::format(fmt::runtime(format), calendar);
    std::string note = fmt::format("as a date, \"{}\"", text);
    const bool is_common = format.ends_with('Z');  // the two ISO 8601 formats in UTC
    forms.add({std::move(text), timestamp_form, none, std::move(note), !is_common});
  }
}

void add_nothing(Forms& forms) {
  bool rare = false;
  for (const std::string_view text : nothing) {
    rare |= text == first_rare_nothing;
    forms.add({std::string(text), timestamp_missing, none,
               text.empty() ? "as nothing at all" : fmt::format("as the text \"{}\"", text), rare});
  }
}

}  // namespace

std::vector<Form> timestamp_forms(std::string_view header) {
  Forms forms;
  forms.add({std::string(header)});
  if (const auto seconds = seconds_meant(header)) {
    const std::string text = std::to_string(*seconds);
    forms.add({text, timestamp_form, none, "in whole seconds"});
    forms.add({text + "000", timestamp_form, none, "in milliseconds"});
    forms.add({text + "000000", timestamp_form, none, "in microseconds", true});
    forms.add({text + ".0", timestamp_form, none, "with a fraction"});
    if (header.size() == text.size() + 3 && header.starts_with(text)) {
      forms.add({fmt::format("{}.{}", text, header.substr(text.size())), timestamp_form, none,
                 "in seconds with a fraction"});
    }
    add_calendar_forms(forms, *seconds);
  }
  add_nothing(forms);
  if (const auto seconds = parse_timestamp(header)) {
    for (int offset = 1; offset <= clock_offsets; ++offset) {
      for (const int sign : {1, -1}) {
        forms.add({std::to_string(*seconds + sign * offset), timestamp_form, none,
                   fmt::format("{} s {}, as if the clock had been asked twice", offset,
                               sign > 0 ? "later" : "earlier"),
                   offset > 1});
      }
    }
  }
  return forms.list();
}

std::vector<Form> timestamp_forms_without_header(Time now, std::chrono::seconds tolerance) {
  Forms forms;
  add_nothing(forms);
  const std::int64_t reach = std::min(tolerance, widest_window).count();
  for (std::int64_t offset = 0; offset <= reach; ++offset) {
    for (const std::int64_t seconds : {unix_seconds(now) - offset, unix_seconds(now) + offset}) {
      forms.add({std::to_string(seconds), headers_altered, none,
                 fmt::format("is {} although no {} header came with it", seconds, timestamp_header), true});
    }
  }
  return forms.list();
}

std::optional<Form> look_at_timestamp(std::string_view header, Time now) {
  const std::string shown = visible(header.substr(0, 80));
  if (std::ranges::find(nothing, header) != std::end(nothing) && header != "0") {
    return Form{{}, timestamp_missing, none, fmt::format("the timestamp header says \"{}\"", shown)};
  }
  if (const auto number = parse_timestamp(header)) {
    const Unit* unit = finer_unit(*number);
    if (unit == nullptr) return std::nullopt;
    const std::int64_t age = unix_seconds(now) - *number / unit->per_second;
    return Form{{},
                timestamp_form,
                none,
                fmt::format("the timestamp header is {}, which is {}; in seconds it would be {} s {}", shown,
                            unit->name, std::llabs(age), age < 0 ? "ahead" : "old")};
  }
  if (header.find(',') != std::string_view::npos && parse_timestamp(header.substr(0, header.find(',')))) {
    return Form{
        {}, headers_altered, none, fmt::format("the timestamp header holds several values: \"{}\"", shown)};
  }
  return Form{{},
              timestamp_form,
              none,
              fmt::format("the timestamp header is \"{}\", not a whole number of seconds since 1970", shown)};
}

}  // namespace alohook
