// What `send` and `replay` have in common: delivering events as in production.
#include "options/deliveries.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <random>

#include "base/error.h"
#include "base/text.h"
#include "options/declare.h"
#include "output/delivery_report.h"
#include "sender/dispatcher.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

using Printed = std::variant<RequestForm, LoadEngine>;

constexpr Choice<Printed> print_formats[] = {
    {"http", RequestForm::http, "HTTP/1.1"},
    {"curl", RequestForm::curl, "curl commands"},
    {"hurl", RequestForm::hurl, "a Hurl file"},
    {"har", RequestForm::har, "a HAR file"},
    {"vegeta", RequestForm::vegeta, "Vegeta targets"},
    {"artillery", LoadEngine::artillery, "an Artillery script"},
    {"k6", LoadEngine::k6, "a k6 script"},
};

/// Reads `50/s`, `90/m`, or a bare number per second.
double read_rate(const std::string& text) {
  const auto rate = read_quantity(text);
  const std::string_view unit = rate ? rate->unit : "";
  const double seconds = unit.empty() || unit == "/s" ? 1 : unit == "/m" ? 60 : unit == "/h" ? 3600 : 0;
  if (!rate || seconds == 0 || rate->value == 0 || rate->value > 1e9) {
    throw bad_value("--rate", "a rate such as 50/s or 90/m", text);
  }
  return rate->value / seconds;
}

/// Reads `1s,5s,30s`.
std::vector<std::chrono::microseconds> read_pauses(const std::string& text) {
  std::vector<std::chrono::microseconds> pauses;
  for (const std::string_view word : split(text, ',')) {
    const auto pause = parse_duration(word);
    if (!pause) throw bad_value("--retry", "delays such as 1s,5s,30s", text);
    pauses.push_back(*pause);
  }
  return pauses;
}

OutgoingSource as_asked(OutgoingSource source, const DeliveryOptions& options, Context& context) {
  if (options.duplicates > 0) source = with_duplicates(std::move(source), options.duplicates);
  if (!options.is_shuffled) return source;
  if (!options.seed) return shuffled(std::move(source), context.random);
  const auto generator = std::make_shared<std::mt19937_64>(*options.seed);
  return shuffled(std::move(source), [generator] { return (*generator)(); });
}

StatusSet read_statuses(const std::string& text) {
  const auto set = StatusSet::parse(text);
  if (!set) throw bad_value("--expect-status", "statuses such as 2xx, 401 or 403,401", text);
  return *set;
}

/// Writes the requests to stdout; nothing is sent.
int print_all(const Deliveries& deliveries, const OutgoingSource& source, RequestForm form,
              Context& context) {
  Url url = deliveries.target.url;
  if (!deliveries.target.client.unix_path.empty()) url.unix_path = deliveries.target.client.unix_path;
  Target target = deliveries.target;
  target.client.unix_path.clear();  // it is in the URL
  RequestExporter exporter(form, url, ALOHOOK_VERSION, curl_connection_flags(target));
  bool is_empty = true;
  while (const auto event = source()) {
    const Time now = context.now();
    const std::string text = exporter.add(*first_request(*event, now), event->name, now);
    if (is_empty) context.out << exporter.begin();
    is_empty = false;
    context.out << text;
  }
  if (is_empty) throw Error(deliveries.nothing, deliveries.remedy);
  context.out << exporter.end() << std::flush;
  return exit_yes;
}

int exit_code_of(const Tally& tally) {
  return tally.refused > 0 ? exit_no : tally.failed > 0 ? exit_could_not_judge : exit_yes;
}

}  // namespace

StatusSet accepted_statuses(const DeliveryOptions& options) {
  return read_statuses(options.expected_status.empty() ? "2xx" : options.expected_status);
}

StatusSet rejection_statuses(const DeliveryOptions& options) {
  return options.expected_status.empty() ? StatusSet::refusals() : read_statuses(options.expected_status);
}

int deliver_all(Deliveries deliveries, const DeliveryOptions& options, Console& console, Context& context) {
  auto source = as_asked(std::move(deliveries.source), options, context);
  const DispatchPlan plan{
      .expected = deliveries.forgery != nullptr ? rejection_statuses(options) : accepted_statuses(options),
      .concurrency = options.concurrency.value_or(1),
      .per_second = options.per_second,
      .retry_pauses = options.retry_pauses,
      .retry_signing = options.is_timestamp_kept ? RetrySigning::same : RetrySigning::fresh,
      .input = deliveries.input,
  };
  if (options.print) return print_all(deliveries, source, std::get<RequestForm>(*options.print), context);
  const auto interrupt = std::make_shared<std::atomic<bool>>(false);
  deliveries.target.client.interrupt = interrupt;
  const Pace pace = context.pace();
  DeliveryReport report({.view = {.url = deliveries.target.url,
                                  .expected = plan.expected,
                                  .forgery = deliveries.forgery,
                                  .with_headers = options.is_verbose,
                                  .signed_with = deliveries.signed_with,
                                  .next = deliveries.next},
                         .count = deliveries.count,
                         .progress = deliveries.progress},
                        pace, console, context);
  const auto masking = std::make_shared<const Masking>(deliveries.secrets);
  Dispatcher dispatcher(
      plan, std::move(source),
      {.connect =
           [&] { return masked(context.connect(deliveries.target.url, deliveries.target.client), masking); },
       .now = context.now,
       .pace = pace},
      [&report](const Attempt& attempt) { report.tell(attempt); });

  std::atomic<int> signal = 0;
  std::shared_ptr<void> watch;
  if (deliveries.count == DeliveryCount::many) {
    watch = context.watch_signals([&](int number) {
      if (signal.exchange(number) != 0) return context.abandon(128 + number);
      *interrupt = true;
      dispatcher.stop();
    });
  }
  const Tally tally = dispatcher.run();
  watch.reset();
  if (tally.sent == 0 && signal == 0) throw Error(deliveries.nothing, deliveries.remedy);
  report.finish(tally, signal == 0 ? DeliveryReport::End::all_sent : DeliveryReport::End::interrupted);
  return signal == 0 ? exit_code_of(tally) : 128 + signal;
}

void add_delivery_options(CommandApp& app, DeliveryOptions& options) {
  const FlagGroup group(app, "Delivery");
  add_value(app, "--expect-status", options.expected_status, {"STATUSES"},
            "Set the statuses that count as accepted, such as 2xx, 401 or 403,401")
      .default_str("2xx");
  add_choice<Printed>(
      app, "--print", "FORMAT", print_formats, options.print,
      "Print the signed requests for another program instead of sending them, or with artillery and "
      "k6 a script that signs each request when it sends it");
  add_value(
      app, "--rate", [&options](const std::string& text) { options.per_second = read_rate(text); }, {"RATE"},
      "Limit the send rate, such as 50/s or 90/m");
  add_number(
      app, "--concurrency",
      [&options](std::uint64_t number) { options.concurrency = static_cast<unsigned>(number); }, {1, 10000},
      {"N"}, "Send over this many connections at the same time", "1");
  add_number(app, "--duplicate", options.duplicates, {0, 1'000'000}, {"N"},
             "Send N extra identical copies of each event");
  add_flag(app, "--shuffle", options.is_shuffled, "Shuffle events within a window of 1,000 events or 16 MiB");
  add_value(
      app, "--retry", [&options](const std::string& text) { options.retry_pauses = read_pauses(text); },
      {"DELAYS"},
      "Retry failed deliveries after these delays, such as 1s,5s,30s, each with a new timestamp and "
      "signature. A longer "
      "Retry-After is honored up to 5 minutes");
  add_flag(app, "--same-timestamp", options.is_timestamp_kept,
           "Retry with the first timestamp and signature");
  add_number(
      app, "--seed", [&options](std::uint64_t seed) { options.seed = seed; }, {}, {"N"},
      "Make the run repeatable: ids, times and the order of --shuffle");
  add_flag(app, "-v,--verbose", options.is_verbose, "Print headers");
}

}  // namespace alohook
