#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "check/reaction.h"
#include "check/run.h"
#include "http/client/raw_client.h"
#include "http/message.h"
#include "signing/secret.h"

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

struct CheckSkip {
  std::string id;
  std::string reason;
};

/// Which checks to run.
struct CheckChoice {
  std::vector<std::string> only = {};  ///< patterns; empty: all
  std::vector<CheckSkip> skips = {};
};

/// How the same target, secret and connection are given again, as parts of a POSIX shell's commands. Flags stand after a
/// space each.
struct CommandParts {
  std::string setup = {};       ///< a line that has to run first; empty when none has
  std::string secret = {};      ///< ` --secret-file s.txt`
  std::string connection = {};  ///< ` --cacert ca.pem`
  std::string curl = {};        ///< the same for curl
  std::string check = {};       ///< what only `check` takes
};

/// What is checked, and how.
struct CheckSettings {
  std::string url;           ///< as it is shown and reproduced with
  std::string host;          ///< of the URL; some use it as a secret
  std::string target = "/";  /// < path and query
  Headers headers = {};      ///< added to every request
  Secret secret;
  std::string secret_text;                ///< its description
  std::optional<Encoding> encoding = {};  ///< empty: found out
  StatusReading statuses = {};
  CheckChoice choice = {};
  std::string event = {};  ///< a realistic event to send instead of inert ones; empty: inert ones
  bool with_stress = false;
  bool is_loopback = true;  ///< else at most 5 requests a second
  bool is_https = false;
  bool verifies_tls = true;
  CommandParts again = {};
};

/// How far a run has come.
struct CheckProgress {
  std::string_view id;  ///< of the check that is running; empty while the receiver is being looked at
  int requests_sent = 0;
  int requests_planned =
      0;  ///< what a correct receiver gets; a failing one gets more, up to `RequestPlan::most`
};

/// What a run needs from outside. `on_begin` and `on_outcome` are called as each check begins and ends, `on_progress`
/// after each request.
struct CheckWorld {
  std::function<Transport()> connect;
  WireTransport wire;
  std::function<Time()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<std::string()> make_uuid;
  std::function<std::optional<std::int64_t>()> count_effects = {};  ///< how many events took effect so far
  std::function<void(std::string_view id)> on_begin = {};
  std::function<void(const CheckProgress&)> on_progress = {};
  std::function<void(const CheckOutcome&)> on_outcome = {};
};

}  // namespace alohook
