#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// Throws the SendError `not_http` with this detail.
[[noreturn]] void fail_not_http(std::string detail);

/// Quotes the start of untrusted bytes, made visible.
std::string excerpt(std::string_view bytes);

/// Returns `8 KiB`, `16 MiB` or `1000 bytes`.
std::string size_text(std::size_t bytes);

/// Reads digits and nothing else; a number too big for 64 bits is the biggest.
std::optional<std::uint64_t> parse_number(std::string_view digits, int base);

/// The head of a response; the response's body is left empty.
struct ResponseHead {
  Response response;
  bool ends_connection = false;  ///< HTTP/1.0, `Connection: close`, or HTTP given up by 101

  /// Whether another response follows this one (1xx). 101 is none of these: HTTP ends with it.
  bool is_interim() const { return response.status < 200 && response.status != 101; }
};

/// Reads a status line; throws SendError when it is malformed.
ResponseHead parse_status_line(std::string_view line);

/// Returns whether text holds no control byte but tabs, as RFC 9110 wants it of field values and chunk extensions.
bool is_field_text(std::string_view text);

/// Adds a header, or a folded line (RFC 9112 section 5.2) to the one before; throws SendError when it is malformed.
void add_header_line(ResponseHead& head, std::string_view line);

enum class Framing { none, sized, chunked, until_end };

/// How a body ends.
struct BodyFraming {
  Framing kind = Framing::none;
  std::uint64_t length = 0;  ///< of `sized`
};

/// Decides it after RFC 9112 section 6.3; throws SendError for contradictions.
BodyFraming framing_of(const Response& head);

}  // namespace alohook
