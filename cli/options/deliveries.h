#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "options/target.h"
#include "output/console.h"
#include "output/delivery_report.h"
#include "sender/delivery.h"
#include "sender/dispatcher.h"
#include "sender/load_script.h"
#include "sender/outgoing.h"
#include "sender/request_export.h"
#include "signing/forgery.h"
#include "signing/masking.h"
#include "world/context.h"

namespace alohook {

/// `--print --expect-status --verbose --rate --concurrency --duplicate --shuffle --retry --same-timestamp --seed`.
struct DeliveryOptions {
  std::string expected_status = {};  ///< as given; empty is 2xx, or for forgeries a rejection
  bool is_verbose = false;
  double per_second = 0;                     ///< 0 is no limit
  std::optional<unsigned> concurrency = {};  ///< connections; nullopt is 1, in a script as many as it takes
  std::uint64_t duplicates = 0;
  bool is_shuffled = false;
  std::vector<std::chrono::microseconds> retry_pauses = {};
  bool is_timestamp_kept = false;
  std::optional<std::uint64_t> seed = {};
  /// Write the requests, or a script that makes them, instead of sending them.
  std::optional<std::variant<RequestForm, LoadEngine>> print = {};
};
void add_delivery_options(CommandApp& app, DeliveryOptions& options);

/// The events to deliver, and how to report them.
struct Deliveries {
  OutgoingSource source;
  DeliveryCount count = DeliveryCount::many;
  Input input = Input::at_hand;
  Target target;
  Secrets secrets = {};              ///< masked in what is answered
  const Forgery* forgery = nullptr;  ///< what is wrong with the requests, when something is
  std::string signed_with = {};      ///< which secret signed
  std::string next = {};             ///< the command to run when one is rejected
  /// How much of it is done, from 0 to 1, given the number of events that are; nullopt when that is not known.
  std::function<std::optional<double>(std::uint64_t events)> progress = {};
  std::string nothing = {};  ///< the error when there is no event
  std::string remedy = {};   ///< and its hint
};

/// Returns which statuses accept a valid request. Throws Error for an `--expect-status` that is malformed.
StatusSet accepted_statuses(const DeliveryOptions& options);

/// Returns which statuses reject an invalid request. Throws Error for an `--expect-status` that is malformed.
StatusSet rejection_statuses(const DeliveryOptions& options);

/// Delivers them, or prints them, and reports the result. Returns the exit code: `exit_no` when one was rejected, else
/// `exit_could_not_judge` when one got no response. SIGINT and SIGTERM end a run of many with its summary and 130 or 143.
/// Throws Error, before anything else, for an `--expect-status` that is none.
int deliver_all(Deliveries deliveries, const DeliveryOptions& options, Console& console, Context& context);

}  // namespace alohook
