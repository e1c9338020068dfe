#include "output/delivery_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/visible.h"
#include "http/url.h"
#include "json/json_line.h"
#include "output/delivery_view.h"
#include "sender/advice.h"
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
              : fmt::format("no response  {}", visible(exchange.error.detail));
  if (!attempt.event.id.empty()) line += "  " + paint(Style::dim, visible(attempt.event.id.substr(0, 8)));
  if (attempt.event.is_duplicate) line += "  duplicate";
  if (attempt.number > 1) line += fmt::format("  try {}", attempt.number);
  if (attempt.next_in) {
    line += fmt::format("  again in {}{}", human_duration(*attempt.next_in),
                        attempt.asked ? " (Retry-After)" : "");
  }
  return line + "\n";
}

/// The latencies as bars, on a logarithmic scale: where they are one hump or two is not to be seen in percentiles.
std::string show_histogram(const LatencyHistogram& latency, const Palette& paint) {
  constexpr std::uint64_t fewest = 20;  // of less, percentiles say as much
  constexpr int rows = 10;
  constexpr double longest_bar = 40;
  const double low = std::max(1.0, static_cast<double>(latency.percentile(0).count()));
  const double high = static_cast<double>(latency.max().count());
  if (latency.count() < fewest || high < 1.5 * low) return {};
  const auto limit = [&](int row) {
    return std::chrono::microseconds{
        std::llround(low * std::pow(high / low, static_cast<double>(row) / rows))};
  };
  std::uint64_t counts[rows], most = 1;
  for (int row = 0; row < rows; ++row) {
    const auto begin = row == 0 ? std::chrono::microseconds{0} : limit(row);
    const auto end = row == rows - 1 ? std::chrono::microseconds::max() : limit(row + 1);
    counts[row] = latency.count_between(begin, end);
    most = std::max(most, counts[row]);
  }
  std::string text;
  for (int row = 0; row < rows; ++row) {
    const double share = static_cast<double>(counts[row]) / static_cast<double>(most);
    std::string bar;
    for (int i = 0; i < static_cast<int>(std::ceil(share * longest_bar)); ++i) bar += "█";
    text +=
        fmt::format("  {:>8} │{} {}\n", human_duration(limit(row)), paint(Style::number, bar), counts[row]);
  }
  return text;
}

std::string show_tally(const Tally& tally, const DeliveryView& view, const Palette& paint) {
  const bool is_good = tally.accepted == tally.sent;
  const std::string outcome =
      view.forgery == nullptr
          ? fmt::format("{} accepted, {} rejected", tally.accepted, tally.refused)
          : fmt::format("{} rejected, as they should be, {} not rejected", tally.accepted, tally.refused);
  std::string text = fmt::format("{} {}: {}, {} without a response\n",
                                 paint(is_good ? Style::good : Style::bad, is_good ? "✓" : "✗"),
                                 count_of(tally.sent, "event sent", "events sent"), outcome, tally.failed);
  if (tally.duplicates > 0) text += fmt::format("  {} of them duplicates\n", tally.duplicates);
  if (tally.retried > 0) text += fmt::format("  {}\n", count_of(tally.retried, "retry", "retries"));
  text += fmt::format("  {}, {:.{}f} requests/s\n", human_duration(tally.elapsed), tally.rate(),
                      tally.rate() < 10 ? 1 : 0);
  if (tally.latency.count() == 0) return text;
  const auto at = [&](double percent) { return human_duration(tally.latency.percentile(percent)); };
  return text +
         fmt::format("  latency p50 {}, p90 {}, p99 {}, max {}\n", at(50), at(90), at(99),
                     human_duration(tally.latency.max())) +
         show_histogram(tally.latency, paint);
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
  if (!is_accepted(attempt) && advice_.empty()) advice_ = advice(settings_.view.url, exchange);
  if (attempt.asked && *attempt.asked > longest_retry_after) tell_of_pause(attempt);
  if (console_.format() == Format::human) {
    if (takes_a_line(attempt)) {
      tell_human(attempt);
    } else if (!std::exchange(is_cut_, true)) {
      progress_.clear();
      console_.human(console_.palette()(Style::dim, "… from here on only failures are listed, up to 20") +
                     "\n");
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
  console_.talk(fmt::format("{}: Retry-After asks for {}, the next try is in {}", visible(attempt.event.name),
                            human_duration(*attempt.asked), human_duration(*attempt.next_in)));
}

/// What to do about those of many that failed.
std::string DeliveryReport::advice_for_all(const Tally& tally) const {
  std::string text;
  if (!settings_.view.signed_with.empty()) text += "  signed with " + settings_.view.signed_with + "\n";
  if (!advice_.empty()) return text + "  " + advice_ + "\n";
  const bool has_question =
      tally.refused > 0 && settings_.view.forgery == nullptr && !settings_.view.next.empty();
  return has_question ? text + "  why? " + settings_.view.next + "\n" : text;
}

void DeliveryReport::finish(const Tally& tally, End end) {
  progress_.clear();
  if (end == End::interrupted) console_.talk("interrupted");
  if (settings_.count == DeliveryCount::many) {
    console_.human(show_tally(tally, settings_.view, console_.palette()) + advice_for_all(tally));
    console_.json(tally_json(tally, end));
  }
}

}  // namespace alohook
