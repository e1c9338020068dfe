#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "diagnosis/cause.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// The result of forwarding an event to another server.
struct Forwarding {
  std::string url;  ///< where it was forwarded
  Exchange exchange;
  std::size_t body_bytes = 0;  ///< size of the response's whole body, if only its beginning is stored here
};

/// A request that was received, verified and responded to.
struct ReceivedEvent {
  std::string id;  ///< 16 hex digits, random
  Time received_at;
  std::string remote;  ///< `127.0.0.1:40000`, `[::1]:40000`, or `unix`
  Request request;
  std::optional<std::string> type;
  Verification verification;
  std::vector<Cause> causes = {};     ///< why the signature isn't valid, if it was diagnosed
  int status = 0;                     ///< of the response
  std::string fault = {};             ///< injected fault; empty: the response was sent correctly
  std::chrono::microseconds took{0};  ///< from the request's first byte to the response
  std::optional<Forwarding> forward = {};
  bool is_withheld = false;   ///< it has a forwarding target, but wasn't forwarded because it didn't verify
  bool is_from_page = false;  ///< sent by a web page in a browser, so it was rejected
};

/// Formats 64 random bits as an event's ID.
std::string event_id(std::uint64_t bits);

/// Returns the headers as `[["host","…"],["x-odd",{"base64":"…"}]]`, in order. Values that aren't UTF-8 are encoded as
/// Base64.
std::string to_json(const Headers& headers);

/// Returns the verification as a JSON object: `{"verdict":"valid","encoding":"v0","secret":1,"age_s":3}`, with
/// `"causes":[{"id":"…","text":"…","evidence":"…"}]` if there are any.
std::string to_json(const Verification& verification, const std::vector<Cause>& causes);

/// Returns the result of forwarding as a JSON object: `{"url":"…","status":200,"headers":[…],"body":"…","ms":3.1}`, or
/// `{"url":"…","obstacle":"refused","detail":"…","ms":0.1}`. A body is truncated to 4 KiB, with its full size in
/// `body_bytes`.
std::string to_json(const Forwarding& forward);

/// Returns the event as one line of JSON without a newline, in the journal's format, schema 1. This is also what
/// `listen --format json` prints. The exact bytes of body, target and headers can be restored from it.
std::string to_json_line(const ReceivedEvent& event);
/// Appends the same to `out`, which is cheaper for many events and for large ones.
void append_json_line(std::string& out, const ReceivedEvent& event);

}  // namespace alohook
