#pragma once
#include <optional>
#include <string>
#include <vector>

#include "check/not_signature.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// The kind of request that the checks send.
enum class Carrier {
  event,      ///< `alohook.check`, or the event that was given
  challenge,  ///< ALO's challenge, for receivers that reject unknown types or respond to everything with 200
};

/// How consistently a receiver accepts valid requests.
struct Steadiness {
  int sent = 0;
  int rejected = 0;
  std::string pattern = {};         ///< continues "rejects 2 of 30 valid requests"
  std::string got = {};             ///< the first rejection
  std::optional<Cause> cause = {};  ///< set if the rejected requests have something in common
  bool has_stopped = false;         ///< from some request on, every request is rejected
};

/// What is known about a receiver.
struct ReceiverFacts {
  std::optional<Encoding> encoding = {};  ///< how it decodes signatures; empty while unknown
  bool is_accepting = false;              ///< a valid request was accepted at the start
  Carrier carrier = Carrier::event;
  bool is_judged_by_echo = false;  ///< a request counts as accepted if its challenge is echoed
  Exchange first_answer = {};      ///< to the first valid request
  Request first_request = {};
  int refusal_status = 0;  ///< status for a badly signed event; 0: unknown
  std::optional<NotSignature> not_signature = {};
  std::optional<Steadiness> steadiness = {};  ///< empty until it is measured
  std::vector<std::string> notes = {};
};

}  // namespace alohook
