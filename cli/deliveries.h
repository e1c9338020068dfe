#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "console.h"
#include "context.h"
#include "delivery_report.h"
#include "doing/outgoing.h"
#include "doing/sender.h"
#include "target.h"

namespace CLI {
class App;
}

namespace alohook {

/// `--expect-status --verbose --rate --concurrency --duplicate --shuffle --retry --same-timestamp --seed`.
struct DeliveryOptions {
  std::string expected_status = "2xx";
  bool is_verbose = false;
  double per_second = 0;  ///< 0 is no limit
  unsigned concurrency = 1;
  std::uint64_t duplicates = 0;
  bool is_shuffled = false;
  std::vector<std::chrono::microseconds> retry_pauses = {};
  bool is_timestamp_kept = false;
  std::optional<std::uint64_t> seed = {};
};
void add_delivery_options(CLI::App& app, DeliveryOptions& options);

/// What is delivered, and how it is told.
struct Deliveries {
  OutgoingSource source;
  DeliveryCount count = DeliveryCount::many;
  Target target;
  /// How much of it is done, from 0 to 1, given the number of events that are; nullopt when that is not known.
  std::function<std::optional<double>(std::uint64_t events)> progress = {};
  std::string nothing = {};  ///< the error when there is no event
  std::string remedy = {};   ///< and its hint
};

/// Delivers them and tells how it went; returns the exit code: no when one was refused, could_not_judge when one had no
/// answer. SIGINT and SIGTERM end a run of many with its summary and 130 or 143.
int deliver_all(Deliveries deliveries, const DeliveryOptions& options, Console& console, Context& context);

/// Reads `2xx`, `401`, `403,401`; throws Error.
StatusSet expected_statuses(const std::string& text);

}  // namespace alohook
