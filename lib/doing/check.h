#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doing/check/reaction.h"
#include "doing/check_run.h"
#include "edges/wire.h"
#include "ground/clock.h"
#include "ground/http.h"
#include "things/secret.h"

namespace alohook {

/// What a check is called and what it asks for.
struct CheckInfo {
  std::string_view id;
  std::string_view group;
  std::string_view title;  ///< what a right receiver does
  Severity severity = Severity::must;
  CheckClass check_class = CheckClass::s0;
  std::string_view source;
  std::string_view why;
};

/// All the checks, in the order in which they are run.
std::vector<CheckInfo> all_checks();

/// Returns whether a name fits a pattern with `*` and `?`.
bool matches_pattern(std::string_view pattern, std::string_view name);

struct CheckSkip {
  std::string id;
  std::string reason;
};

/// What is judged, and how.
struct CheckSettings {
  std::string url;           ///< as it is shown and reproduced with
  std::string host;          ///< of the URL; some use it as a secret
  std::string target = "/";  /// < path and query
  Headers headers = {};      ///< added to every request
  Secret secret;
  std::string secret_text;                ///< its description
  std::optional<Encoding> encoding = {};  ///< empty: found out
  StatusReading statuses = {};
  std::vector<std::string> only = {};  ///< patterns; empty: all
  std::vector<CheckSkip> skips = {};
  std::string event = {};  ///< a realistic event to send instead of inert ones; empty: inert ones
  bool with_stress = false;
  bool is_loopback = true;  ///< else at most 5 requests a second
  bool is_https = false;
  bool verifies_tls = true;
};

/// What a run needs of the world. `on_begin` and `on_outcome` are told of each check as it begins and ends.
struct CheckWorld {
  std::function<Transport()> connect;
  WireTransport wire;
  std::function<Time()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<std::string()> make_uuid;
  std::function<std::optional<std::int64_t>()> count_effects = {};  ///< how many events took effect so far
  std::function<void(std::string_view id)> on_begin = {};
  std::function<void(const CheckOutcome&)> on_outcome = {};
};

/// Returns the checks that the settings choose; throws Error for a pattern or an id that fits none, or when none is
/// left.
std::vector<CheckInfo> chosen_checks(const CheckSettings& settings);

/// Judges a receiver. Ends within a bounded number of time-outs whatever the receiver does.
CheckRun run_checks(const CheckSettings& settings, const CheckWorld& world);

/// Returns about how many rightly signed events a run sends to a right receiver, the challenges not counted.
int count_signed_events(const CheckSettings& settings, Time now);

}  // namespace alohook
