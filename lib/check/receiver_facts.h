#pragma once
#include <optional>
#include <string>
#include <vector>

#include "check/not_signature.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// What carries the checks' contents.
enum class Carrier {
  event,      ///< `alohook.check`, or the event that was given
  challenge,  ///< ALO's challenge: for receivers that reject unknown types, or answer 200 to everything
};

/// How steadily a receiver accepts valid requests.
struct Steadiness {
  int sent = 0;
  int rejected = 0;
  std::string pattern = {};         ///< goes on after "rejects 2 of 30 valid requests"
  std::string got = {};             ///< the first rejection
  std::optional<Cause> cause = {};  ///< set when what is rejected has something in common
  bool has_stopped = false;         ///< from one request on, everything is rejected
};

/// What is known of a receiver.
struct ReceiverFacts {
  std::optional<Encoding> encoding = {};  ///< how it reads signatures; empty while not known
  bool is_accepting = false;              ///< a valid request was accepted at the start
  Carrier carrier = Carrier::event;
  bool is_judged_by_echo = false;  ///< by whether it echoes the challenge, not by the status
  Exchange first_answer = {};      ///< to the first valid request
  Request first_request = {};
  int refusal_status = 0;  ///< of a badly signed event; 0: not known
  std::optional<NotSignature> not_signature = {};
  std::optional<Steadiness> steadiness = {};  ///< empty until it has been measured
  std::vector<std::string> notes = {};
};

}  // namespace alohook
