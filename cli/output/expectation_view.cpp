#include "output/expectation_view.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/visible.h"
#include "json/json_line.h"

namespace alohook {
namespace {

std::string show_item(const Expectation::Item& item, const Palette& paint) {
  const bool is_met = item.came >= item.wanted;
  std::string line =
      fmt::format("{}  {}  {} of {} arrived", is_met ? paint(Style::good, "✓") : paint(Style::bad, "✗"),
                  paint(Style::strong, visible(item.type)), item.came, item.wanted);
  if (item.refused > 0)
    line +=
        fmt::format(", {} invalid {} not counted", item.refused, item.refused == 1 ? "one was" : "ones were");
  return line + "\n";
}

std::string show_command(const StopCondition::Result& result, const Palette& paint) {
  if (!result.command) return paint(Style::bad, "✗") + "  the command was still running and was stopped\n";
  if (*result.command == 0) return paint(Style::good, "✓") + "  the command succeeded\n";
  return fmt::format("{}  the command failed with exit code {}\n", paint(Style::bad, "✗"), *result.command);
}

}  // namespace

std::string show_expectation(const StopCondition::Result& result, const Palette& paint) {
  std::string out;
  for (const Expectation::Item& item : result.events.items()) out += show_item(item, paint);
  if (result.is_command_run) out += show_command(result, paint);
  if (result.is_out_of_time) {
    out += fmt::format("{}  timed out after {}\n", paint(Style::bad, "✗"), human_duration(result.timeout));
  }
  return out;
}

std::string expectation_json(const StopCondition::Result& result) {
  std::string out;
  for (const Expectation::Item& item : result.events.items()) {
    out += JsonLine()
               .number("schema", 1)
               .string("event", "expectation")
               .string("type", item.type)
               .number("wanted", static_cast<std::int64_t>(item.wanted))
               .number("came", static_cast<std::int64_t>(item.came))
               .number("refused", static_cast<std::int64_t>(item.refused))
               .boolean("met", item.came >= item.wanted)
               .take();
    out += '\n';
  }
  JsonLine summary;
  summary.number("schema", 1).string("event", "summary").boolean("met", result.is_met);
  summary.boolean("timed_out", result.is_out_of_time);
  if (result.command) summary.number("command_exit_code", *result.command);
  return out + summary.take();
}

}  // namespace alohook
