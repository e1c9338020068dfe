// `--print artillery` and `--print k6`: scripts for load that one machine can't generate.
#include "options/load_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace alohook {
namespace {

constexpr double default_load_rate = 10;
constexpr std::chrono::milliseconds default_load_duration{60'000};

/// Throws Error for a flag that the script can't follow.
void check_conflicts(const LoadOrder& order, const DeliveryOptions& options) {
  const ClientOptions& client = order.target.client;
  const std::pair<bool, std::string_view> conflicts[] = {
      {!order.conflict.empty(), order.conflict},
      {!client.unix_path.empty(), "--unix"},
      {!client.resolve.empty(), "--resolve"},
      {options.duplicates > 0, "--duplicate"},
      {options.is_shuffled, "--shuffle"},
      {!options.retry_pauses.empty(), "--retry"},
      {options.is_timestamp_kept, "--same-timestamp"},
      {options.seed.has_value(), "--seed"},
  };
  for (const auto& [is_given, flag] : conflicts) {
    if (is_given) {
      throw Error(fmt::format("--print {} and {} exclude each other", name_of(order.engine), flag),
                  fmt::format("the script can't do what {} does: leave it out", flag));
    }
  }
  if (!client.ca_file.empty()) {
    throw Error(fmt::format("--print {} and --cacert exclude each other", name_of(order.engine)),
                fmt::format("set {} to the file where the script runs",
                            order.engine == LoadEngine::k6 ? "SSL_CERT_FILE" : "NODE_EXTRA_CA_CERTS"));
  }
}

LoadPlan plan_of(const LoadOrder& order, const DeliveryOptions& options) {
  const double rate = options.per_second > 0 ? options.per_second : default_load_rate;
  auto duration = default_load_duration;
  if (order.count) {
    const double ms = std::ceil(static_cast<double>(*order.count) / rate * 1000);
    duration = std::chrono::milliseconds(static_cast<std::int64_t>(std::min(ms, 1e15)));
  }
  // Enough for responses that take three seconds, the limit of `check`.
  const auto enough = static_cast<unsigned>(std::clamp(std::ceil(3 * rate), 100.0, 1e6));
  return {.url = order.target.url,
          .per_second = rate,
          .duration = duration,
          .connections = options.concurrency.value_or(enough),
          .timeout = order.target.client.timeout,
          .verify_tls = order.target.client.verify_tls,
          .accepted = accepted_statuses(options),
          .version = ALOHOOK_VERSION};
}

}  // namespace

std::optional<LoadEngine> load_engine_of(const DeliveryOptions& options) {
  if (!options.print || !std::holds_alternative<LoadEngine>(*options.print)) return std::nullopt;
  return std::get<LoadEngine>(*options.print);
}

int print_load_script(const LoadOrder& order, const DeliveryOptions& options, Context& context) {
  check_conflicts(order, options);
  LoadScript script(order.engine, plan_of(order, options));
  bool is_empty = true;
  while (const auto event = order.next()) {
    const std::string text = script.add(*event);
    if (is_empty) context.out << script.begin();
    is_empty = false;
    context.out << text;
  }
  if (is_empty) throw Error(order.nothing, order.remedy);
  context.out << script.end() << std::flush;
  return exit_yes;
}

}  // namespace alohook
