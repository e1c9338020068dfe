#include "output/delivery_report.h"

#include <fmt/format.h>

#include <utility>

#include "base/visible.h"
#include "http/url.h"
#include "json/json_line.h"
#include "output/delivery_view.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

constexpr std::uint64_t lines_of_all = 20;
constexpr std::uint64_t lines_of_bad = 20;
constexpr std::uint64_t max_told_of_caps = 5;

bool is_accepted(const Attempt& attempt) { return attempt.delivery.outcome == Outcome::accepted; }

std::string count_of(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string show_attempt(const Attempt& attempt, const Palette& paint) {
  const Exchange& exchange = attempt.delivery.exchange;
  std::string line = fmt::format(
      "{} {}  ", paint(is_accepted(attempt) ? Style::good : Style::bad, is_accepted(attempt) ? "✓" : "✗"),
      visible(attempt.event.name));
  line += exchange.response
              ? fmt::format("{}  {}", exchange.response->status, human_duration(exchange.elapsed))
              : fmt::format("no answer  {}", visible(exchange.detail));
  if (!attempt.event.id.empty()) line += "  " + paint(Style::dim, visible(attempt.event.id.substr(0, 8)));
  if (attempt.event.is_duplicate) line += "  duplicate";
  if (attempt.number > 1) line += fmt::format("  try {}", attempt.number);
  if (attempt.next_in) {
    line += fmt::format("  again in {}{}", human_duration(*attempt.next_in),
                        attempt.asked ? " (Retry-After)" : "");
  }
  return line + "\n";
}

std::string show_tally(const Tally& tally, const DeliveryView& view, const Palette& paint) {
  const bool is_good = tally.accepted == tally.sent;
  const std::string outcome =
      view.forgery == nullptr
          ? fmt::format("{} accepted, {} refused", tally.accepted, tally.refused)
          : fmt::format("{} refused, as it should be, {} not refused", tally.accepted, tally.refused);
  std::string text = fmt::format("{} {}: {}, {} without an answer\n",
                                 paint(is_good ? Style::good : Style::bad, is_good ? "✓" : "✗"),
                                 count_of(tally.sent, "event sent", "events sent"), outcome, tally.failed);
  if (tally.duplicates > 0) text += fmt::format("  {} of them duplicates\n", tally.duplicates);
  if (tally.retried > 0) text += fmt::format("  {}\n", count_of(tally.retried, "retry", "retries"));
  text += fmt::format("  {}, {:.{}f} requests/s\n", human_duration(tally.elapsed), tally.rate(),
                      tally.rate() < 10 ? 1 : 0);
  if (tally.latency.count() == 0) return text;
  const auto at = [&](double percent) { return human_duration(tally.latency.percentile(percent)); };
  return text + fmt::format("  answered in p50 {}, p90 {}, p99 {}, at most {} (within 1 %)\n", at(50), at(90),
                            at(99), human_duration(tally.latency.max()));
}

std::string tally_json(const Tally& tally, DeliveryReport::End end) {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  JsonLine line;
  line.number("schema", 1)
      .string("event", "summary")
      .number("sent", number(tally.sent))
      .number("accepted", number(tally.accepted))
      .number("refused", number(tally.refused))
      .number("failed", number(tally.failed))
      .number("retried", number(tally.retried))
      .number("duplicates", number(tally.duplicates))
      .milliseconds("elapsed_ms", tally.elapsed.count())
      .json("per_second", fmt::format("{:.1f}", tally.rate()));
  if (tally.latency.count() > 0) {
    line.json("latency_ms", JsonLine()
                                .milliseconds("p50", tally.latency.percentile(50).count())
                                .milliseconds("p90", tally.latency.percentile(90).count())
                                .milliseconds("p99", tally.latency.percentile(99).count())
                                .milliseconds("max", tally.latency.max().count())
                                .take());
  }
  if (end == DeliveryReport::End::interrupted) line.boolean("interrupted", true);
  return line.take();
}

DeliveryReport::DeliveryReport(Settings settings, const Pace& pace, Console& console, Context& context)
    : settings_(std::move(settings)),
      console_(console),
      progress_(context.err,
                settings_.count == DeliveryCount::many && context.err_is_terminal &&
                        console.format() != Format::quiet
                    ? Progress::Visibility::shown
                    : Progress::Visibility::hidden,
                pace.elapsed) {}

void DeliveryReport::tell(const Attempt& attempt) {
  if (!attempt.next_in) {
    ++finished_;
    if (!is_accepted(attempt)) ++not_accepted_;
  }
  const Exchange& exchange = attempt.delivery.exchange;
  if (!exchange.response && exchange.obstacle == Obstacle::refused) is_nobody_there_ = true;
  if (attempt.asked && *attempt.asked > longest_retry_after) tell_of_pause(attempt);
  if (console_.format() == Format::human) {
    if (takes_a_line(attempt)) {
      tell_human(attempt);
    } else if (!std::exchange(is_cut_, true)) {
      progress_.clear();
      console_.human(
          console_.palette()(Style::dim, "… and more; only what is not accepted is told, up to 20") + "\n");
    }
  }
  if (console_.format() == Format::json) {
    progress_.clear();
    console_.json(delivery_json(attempt, settings_.view));
  }
  if (!progress_.is_due()) return;
  const auto part = settings_.progress ? settings_.progress(finished_) : std::nullopt;
  progress_.show(part, fmt::format("{} sent, {} not accepted", finished_, not_accepted_));
}

bool DeliveryReport::takes_a_line(const Attempt& attempt) {
  if (settings_.count == DeliveryCount::one || told_ < lines_of_all) return true;
  return !is_accepted(attempt) && told_bad_ < lines_of_bad;
}

void DeliveryReport::tell_human(const Attempt& attempt) {
  progress_.clear();
  const Palette& paint = console_.palette();
  const bool is_short = settings_.count == DeliveryCount::many && !settings_.view.with_headers;
  std::string text = is_short ? show_attempt(attempt, paint)
                              : show_delivery(attempt.delivery, attempt.event.name, settings_.view, paint);
  if (!is_short && attempt.next_in) {
    text += fmt::format("again in {}{}\n", human_duration(*attempt.next_in),
                        attempt.asked ? " (Retry-After)" : "");
  }
  if (told_ >= lines_of_all) ++told_bad_;
  ++told_;
  console_.human(text);
}

void DeliveryReport::tell_of_pause(const Attempt& attempt) {
  if (++capped_ > max_told_of_caps) return;
  progress_.clear();
  console_.talk(fmt::format("{}: Retry-After asks for {}; it is tried again in {}",
                            visible(attempt.event.name), human_duration(*attempt.asked),
                            human_duration(*attempt.next_in)));
}

void DeliveryReport::finish(const Tally& tally, End end) {
  progress_.clear();
  if (end == End::interrupted) console_.talk("interrupted");
  if (settings_.count == DeliveryCount::many) {
    console_.human(show_tally(tally, settings_.view, console_.palette()));
    console_.json(tally_json(tally, end));
  }
  if (is_nobody_there_ && settings_.view.url.to_string() == default_url) {
    console_.talk("is `alohook listen` running? Or name your server's URL");
  }
}

}  // namespace alohook
