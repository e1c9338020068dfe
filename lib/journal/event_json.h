#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "diagnosis/cause.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// The outcome of forwarding an event to another server.
struct Forwarding {
  std::string url;  ///< where it went
  Exchange exchange;
  std::size_t body_bytes = 0;  ///< of the response's whole body, when only its beginning is here
};

/// A request that was received, verified and responded to.
struct ReceivedEvent {
  std::string id;  ///< 16 hex digits, random
  Time received_at;
  std::string remote;  ///< `127.0.0.1:40000`, `[::1]:40000`, or `unix`
  Request request;
  std::optional<std::string> type;
  Verification verification;
  std::vector<Cause> causes = {};     ///< why the signature is not valid, when that was looked into
  int status = 0;                     ///< of the response
  std::string fault = {};             ///< of the response, on purpose; empty: it was sent whole and correct
  std::chrono::microseconds took{0};  ///< from the request's first byte to the response
  std::optional<Forwarding> forward = {};
  bool is_withheld = false;   ///< it has a forwarding target, but was not forwarded because it didn't verify
  bool is_from_page = false;  ///< a page in a browser sent it, so it was rejected
};

/// Returns the headers as `[["host","…"],["x-odd",{"base64":"…"}]]`, in order; a value that is not UTF-8 as base64.
std::string to_json(const Headers& headers);

/// Returns the verification as a JSON object: `{"verdict":"valid","encoding":"v0","secret":1,"age_s":3}`, with
/// `"causes":[{"id":"…","text":"…","evidence":"…"}]` when there are any.
std::string to_json(const Verification& verification, const std::vector<Cause>& causes);

/// Returns the result of forwarding as a JSON object: `{"url":"…","status":200,"headers":[…],"body":"…","ms":3.1}`, the
/// body cut after 4 KiB with `body_bytes` to tell its size, or `{"url":"…","obstacle":"refused","detail":"…","ms":0.1}`.
std::string to_json(const Forwarding& forward);

/// Returns the event as one line of JSON without a newline: the journal's format, schema 1, which is also what
/// `listen --format json` prints. The exact bytes of body, target and headers can be had back from it.
std::string to_json_line(const ReceivedEvent& event);

}  // namespace alohook
