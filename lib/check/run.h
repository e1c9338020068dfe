#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "check/not_signature.h"
#include "check/severity.h"
#include "diagnosis/cause.h"
#include "signing/signature.h"

// The result of a run: plain values, from which every report is made.
namespace alohook {

/// Commands that send a failed request again. The body goes into a file of this name, since a shell's quoting would break
/// its bytes; `alohook sign` re-signs it, so no MAC is shown.
struct Reproduction {
  std::string file;  ///< such as `raw-newlines.body`; empty when nothing has to be written
  std::string body;  ///< its exact bytes, empty as well when there is no file
  std::vector<std::string> commands;
};

/// How many valid requests a receiver rejected by chance: others of the same kind were accepted.
struct Intermittent {
  int rejected = 0;
  int sent = 0;  ///< all valid requests so far
};

/// The result of one check. All texts may contain untrusted bytes, to be made visible where they are shown; none contains a
/// secret or an expected MAC.
struct CheckOutcome {
  std::string id = {};  ///< stable: `raw-newlines`
  std::string group = {};
  std::string title = {};              ///< what a correct receiver does, as a predicate
  Severity severity = Severity::must;  ///< as it applied to this outcome: of the gravest fault when it failed
  CheckClass check_class = CheckClass::s0;
  std::string source = {};  ///< where the rule comes from: a link or a name; may be empty
  CheckResult result = CheckResult::skip;
  std::string reason = {};  ///< one line: why it failed, was inconclusive or skipped; empty when it passed
  // Of the first request that failed; empty when it passed.
  std::string sent = {};
  std::string expected = {};
  std::string got = {};
  std::string why = {};            ///< why it matters
  std::vector<Cause> causes = {};  ///< the bug, if it was found, with its fixes
  std::optional<Reproduction> reproduction = {};
  std::vector<std::string> remarks = {};  ///< worth knowing even when it passed
  std::string consequence_of = {};  ///< the id of the check whose failure explains this outcome; may be empty
  std::optional<Intermittent> intermittent = {};  ///< set when the receiver rejects valid requests by chance
  int requests = 0;
  std::chrono::microseconds elapsed{0};  ///< of all its requests
};

/// Why a run ended before most checks: nothing answers, or what answers is not a webhook's endpoint.
struct EarlyStop {
  enum class Kind { nothing_there, unreachable, redirect, wrong_path, wrong_method };
  Kind kind;
  std::string got;            ///< `404 Not Found`, or why no response came; untrusted bytes made visible
  std::string advice;         ///< one line; may be empty
  std::string next_url = {};  ///< of a redirect: the URL to check instead
};

/// How many of one severity ended how.
struct CheckCounts {
  int passed = 0, failed = 0, inconclusive = 0, skipped = 0;
  int total() const { return passed + failed + inconclusive + skipped; }
};

/// A whole run.
struct CheckRun {
  std::string url;
  std::string secret;                     ///< its description: length and fingerprint
  std::optional<Encoding> encoding = {};  ///< the receiver's own, when it was found or given
  bool is_encoding_given = false;
  Time started_at = {};
  std::chrono::microseconds elapsed{0};
  std::vector<CheckOutcome> outcomes;  ///< in the order in which they were run
  std::vector<std::string> notes;      ///< about the receiver as a whole: "always answers 200" …
  std::optional<NotSignature> not_signature = {};  ///< what rejects valid requests for another reason
  int requests_sent = 0;
  int signed_events_sent = 0;        ///< correctly signed events, not counting challenges
  Intermittent valid_requests = {};  ///< how many valid requests were sent, and how many rejected by chance
  bool is_reachable = false;         ///< at least one request was answered, and it still answered at the end
  std::string obstacle;              ///< why it is not reachable, in one line
  std::optional<EarlyStop> stop = {};
  std::string command = {};  ///< runs the same checks again, for a POSIX shell
};

CheckCounts count(const CheckRun& run);
CheckCounts count(const CheckRun& run, Severity severity);

/// The verdict of a run.
enum class CheckVerdict {
  right,      ///< every required check passed, or was skipped on purpose
  wrong,      ///< a required check failed
  undecided,  ///< unreachable, or a required check was inconclusive while none failed
};

/// `fail_on` is the least severity that is required.
CheckVerdict verdict_of(const CheckRun& run, Severity fail_on);

}  // namespace alohook
