#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// A header as received or sent: its name with its case, its value without surrounding whitespace.
struct Header {
  std::string name;
  std::string value;

  bool operator==(const Header&) const = default;
};

/// In the order on the wire, including duplicates and empty values.
using Headers = std::vector<Header>;

/// A request with the exact bytes of its body, which are never decoded, decompressed or parsed.
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

/// Why there is no response. The client's parts throw it; `Client::send` returns it as a value.
struct SendError {
  enum class Kind {
    unresolved,  ///< the host name has no address
    refused,     ///< nothing listens there, or it is unreachable
    timed_out,
    tls,          ///< handshake or certificate
    closed,       ///< the connection ended before the response was complete
    not_http,     ///< the bytes are not an HTTP response, or exceed a limit
    interrupted,  ///< the program was asked to stop
  };

  Kind kind = Kind::closed;
  std::string detail = {};  ///< what happened, on one line; may contain untrusted bytes
};

/// Returns the stable name of the kind in output: `unresolved`, `timed-out` …
std::string_view name_of(SendError::Kind kind);

/// The result of sending a request: a response or an error.
struct Exchange {
  std::optional<Response> response;
  SendError error;                       ///< meaningful only if there is no response
  std::chrono::microseconds elapsed{0};  ///< from connecting to the last byte
};

/// Sends a request and waits for the result. Not thread-safe.
using Transport = std::function<Exchange(const Request&)>;

/// Compares ASCII case-insensitively.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Returns whether a Content-Type is `application/json`, in any case, with or without parameters.
bool is_json_type(std::string_view content_type);

/// Returns the values of all headers with this name, in order.
std::vector<std::string_view> header_values(const Headers& headers, std::string_view name);

/// Returns the first value of this header, or nullopt.
std::optional<std::string_view> header_value(const Headers& headers, std::string_view name);

/// Returns whether this is a token according to RFC 9110, as a header's name must be.
bool is_header_name(std::string_view text);

/// Returns whether a header's value can be sent: no CR, LF or NUL.
bool is_header_value(std::string_view text);

/// Throws Error if a request can't be expressed as HTTP/1.1: a malformed method, target or header, or a header that
/// contradicts the body's framing. CONNECT isn't supported.
void check_sendable(const Request& request);

/// Returns the standard reason phrase for a status (`OK`, `Not Found`), or an empty string.
std::string_view reason_phrase(int status);

}  // namespace alohook
