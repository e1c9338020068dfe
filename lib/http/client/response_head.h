#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// Throws a SendError of kind `not_http` with this detail.
[[noreturn]] void fail_not_http(std::string detail);

/// Quotes the beginning of untrusted bytes, made visible.
std::string excerpt(std::string_view bytes);

/// Returns `8 KiB`, `16 MiB` or `1000 bytes`.
std::string size_text(std::size_t bytes);

/// Parses digits only. A number that doesn't fit 64 bits becomes the largest one.
std::optional<std::uint64_t> parse_number(std::string_view digits, int base);

/// The head of a response. The response's body is empty.
struct ResponseHead {
  Response response;
  bool ends_connection = false;  ///< HTTP/1.0, `Connection: close`, or 101, which ends HTTP

  /// Returns whether another response follows this one (1xx). 101 is an exception: it ends HTTP.
  bool is_interim() const { return response.status < 200 && response.status != 101; }
};

/// Parses a status line. Throws SendError if it is malformed.
ResponseHead parse_status_line(std::string_view line);

/// Returns whether the text contains no control bytes except tabs, as RFC 9110 requires for field values and chunk
/// extensions.
bool is_field_text(std::string_view text);

/// Adds a header, or appends a folded line (RFC 9112 section 5.2) to the previous one. Throws SendError if it is
/// malformed.
void add_header_line(ResponseHead& head, std::string_view line);

enum class Framing { none, sized, chunked, until_end };

/// What delimits a body.
struct BodyFraming {
  Framing kind = Framing::none;
  std::uint64_t length = 0;  ///< only for `sized`
};

/// Determines the framing according to RFC 9112 section 6.3. Throws SendError for contradictions.
BodyFraming framing_of(const Response& head);

}  // namespace alohook
