#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// A header field as received or sent: name in its own case, value without surrounding whitespace.
struct Header {
  std::string name;
  std::string value;

  bool operator==(const Header&) const = default;
};

/// In order of the wire; duplicates and empty values are kept.
using Headers = std::vector<Header>;

/// A request with its exact body bytes: never decoded, decompressed or parsed on its way through.
struct Request {
  std::string method = "POST";
  std::string target = "/";  ///< path and query, as on the wire
  Headers headers = {};
  std::string body = {};
};

struct Response {
  int status = 200;
  std::string reason = {};  ///< may be empty
  Headers headers = {};
  std::string body = {};
};

/// Why no response came. The client's parts throw it; `Client::send` returns it as a value.
struct SendError {
  enum class Kind {
    unresolved,  ///< the host name has no address
    refused,     ///< nothing listens there, or the way is blocked
    timed_out,
    tls,          ///< handshake or certificate
    closed,       ///< the connection ended before the response was complete
    not_http,     ///< the bytes are not an HTTP response, or exceed a limit
    interrupted,  ///< the program was asked to stop
  };

  Kind kind = Kind::closed;
  std::string detail = {};  ///< what happened, in one line; untrusted bytes possible
};

/// The stable name of the kind in output: `unresolved`, `timed-out` …
std::string_view name_of(SendError::Kind kind);

/// The result of sending a request: a response or an error.
struct Exchange {
  std::optional<Response> response;
  SendError error;                       ///< meaningful only without a response
  std::chrono::microseconds elapsed{0};  ///< from the start of connecting to the last byte
};

/// Sends a request and waits for the result. Not thread-safe.
using Transport = std::function<Exchange(const Request&)>;

/// Compares ASCII without regard to case.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Returns whether a Content-Type is `application/json`, in any case, with or without parameters.
bool is_json_type(std::string_view content_type);

/// Returns the values of every header with this name, in order.
std::vector<std::string_view> header_values(const Headers& headers, std::string_view name);

/// Returns the first value of this name, or nullopt.
std::optional<std::string_view> header_value(const Headers& headers, std::string_view name);

/// Returns whether this is a token of RFC 9110, as a header's name must be.
bool is_header_name(std::string_view text);

/// Returns whether a header's value can be sent: no CR, LF or NUL.
bool is_header_value(std::string_view text);

/// Throws Error when a request can't be written as HTTP/1.1: malformed method, target or header, or a header that
/// contradicts the body's framing. CONNECT is none of ours.
void check_sendable(const Request& request);

/// Returns the usual phrase for a status (`OK`, `Not Found`), or an empty string.
std::string_view reason_phrase(int status);

}  // namespace alohook
