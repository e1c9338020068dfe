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

/// The description of a check.
struct CheckInfo {
  std::string_view id;
  std::string_view group;
  std::string_view title;  ///< what a correct receiver does, as a predicate
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

/// How to specify the same target, secret and connection again, as parts of POSIX shell commands. Each flag is preceded
/// by a space.
struct CommandParts {
  std::string setup = {};       ///< a command to run first; empty if none is needed
  std::string secret = {};      ///< ` --secret-file s.txt`
  std::string connection = {};  ///< ` --cacert ca.pem`
  std::string curl = {};        ///< the same for curl
  std::string check = {};       ///< flags that only `check` accepts
};

/// What to check, and how.
struct CheckSettings {
  std::string url;           ///< as displayed and used in commands
  std::string host;          ///< of the URL; some receivers use it as a secret
  std::string target = "/";  ///< path and query
  Headers headers = {};      ///< added to every request
  Secret secret;
  std::string secret_text;                ///< its description: length and fingerprint
  std::optional<Encoding> encoding = {};  ///< empty: find out
  StatusReading statuses = {};
  CheckChoice choice = {};
  std::string event = {};  ///< a realistic event to send; empty: send events without effects
  bool with_stress = false;
  bool is_loopback = true;  ///< if not, at most 5 requests a second
  bool is_https = false;
  bool verifies_tls = true;
  CommandParts again = {};
};

/// The progress of a run.
struct CheckProgress {
  std::string_view id;  ///< the running check; empty during discovery
  int requests_sent = 0;
  int requests_planned = 0;  ///< for a correct receiver; a failing one gets more, up to `RequestPlan::most`
};

/// What a run needs from outside. `on_begin` and `on_outcome` are called when a check begins and ends, `on_progress`
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
