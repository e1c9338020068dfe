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

// The result of a run: plain values, the input of every report.
namespace alohook {

/// Commands that resend a failed request. The body goes into a file, because a shell's quoting would alter its bytes.
/// `alohook sign` re-signs it, so no MAC is shown.
struct Reproduction {
  std::string file;  ///< a name such as `raw-newlines.body`; empty if no file is needed
  std::string body;  ///< its exact bytes; empty if there is no file
  std::vector<std::string> commands;
};

/// How many valid requests a receiver rejected by chance, that is, while it accepted others of the same kind.
struct Intermittent {
  int rejected = 0;
  int sent = 0;  ///< all valid requests so far
};

/// The result of one check. All texts may contain untrusted bytes, which have to be made visible before display. None
/// contains a secret or an expected MAC.
struct CheckOutcome {
  std::string id = {};  ///< stable: `raw-newlines`
  std::string group = {};
  std::string title = {};              ///< what a correct receiver does, as a predicate
  Severity severity = Severity::must;  ///< if the check failed, the severity of its worst fault
  CheckClass check_class = CheckClass::s0;
  std::string source = {};  ///< where the requirement comes from: a link or a name; may be empty
  CheckResult result = CheckResult::skip;
  std::string reason = {};  ///< one line: why it failed, was inconclusive or was skipped; empty if it passed
  // About the first of the most severe faults; empty if it passed.
  std::string sent = {};
  std::string expected = {};
  std::string got = {};
  std::string why = {};            ///< why it matters
  std::vector<Cause> causes = {};  ///< the bugs that were found, with their fixes
  std::optional<Reproduction> reproduction = {};
  std::vector<std::string> remarks = {};  ///< worth knowing even if it passed
  std::string consequence_of = {};  ///< the id of the check whose failure explains this outcome; may be empty
  bool suspects_secret = false;     ///< valid requests are rejected for no reason that is known
  std::optional<Intermittent> intermittent = {};  ///< set when the receiver rejects valid requests by chance
  int requests = 0;
  std::chrono::microseconds elapsed{0};  ///< the time taken by its requests
};

/// Why a run ended before most checks: nothing responds, or what responds isn't a webhook endpoint.
struct EarlyStop {
  enum class Kind { nothing_there, unreachable, redirect, wrong_path, wrong_method };
  Kind kind;
  std::string got;     ///< `404 Not Found`, or why there was no response; untrusted bytes are made visible
  std::string advice;  ///< one line; may be empty
  std::string next_url = {};  ///< the URL to check instead, if it redirects
};

/// How many checks ended with which result.
struct CheckCounts {
  int passed = 0, failed = 0, inconclusive = 0, skipped = 0;
  int total() const { return passed + failed + inconclusive + skipped; }
};

/// A complete run.
struct CheckRun {
  std::string url;
  std::string secret;                     ///< its description: length and fingerprint
  std::optional<Encoding> encoding = {};  ///< the encoding that the receiver expects, if found or given
  bool is_encoding_given = false;
  Time started_at = {};
  std::chrono::microseconds elapsed{0};
  std::vector<CheckOutcome> outcomes;  ///< in the order in which they were run
  std::vector<std::string> notes;      ///< about the receiver as a whole: "always answers 200" …
  std::optional<NotSignature> not_signature = {};  ///< what rejects valid requests for another reason
  int requests_sent = 0;
  int signed_events_sent = 0;        ///< correctly signed events, not counting challenges
  Intermittent valid_requests = {};  ///< how many were sent, and how many of them were rejected by chance
  bool is_reachable = false;         ///< at least one request got a response, and nothing ended the run early
  std::string obstacle;              ///< what ended the run early, in one line
  std::optional<EarlyStop> stop = {};
  std::string command = {};  ///< reruns the same checks, for a POSIX shell
};

CheckCounts count(const CheckRun& run);
CheckCounts count(const CheckRun& run, Severity severity);

/// The verdict of a run.
enum class CheckVerdict {
  right,      ///< no required check failed or was inconclusive
  wrong,      ///< a required check failed
  undecided,  ///< the run ended early, or a required check was inconclusive and none failed
};

/// Returns the verdict. Checks of severity `fail_on` or higher are required.
CheckVerdict verdict_of(const CheckRun& run, Severity fail_on);

}  // namespace alohook
