#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace alohook {

/// A request read from text that a person or a proxy saved.
struct CapturedRequest {
  Request request;
  /// What the capture shows of bytes lost or added on the way, one sentence; empty when there is nothing to say.
  std::string note = {};
  /// Why the body can't be the one that was sent, one sentence; empty when nothing shows that.
  std::string gap = {};
  std::optional<Time> at = {};  ///< when it was sent, if the capture says so
  /// Why the capture doesn't contain the body, one sentence; empty when it does.
  std::string missing_body = {};
  /// What follows the part of the body that Content-Length counts: the body may have been pretty-printed since.
  std::string rest = {};
};

/// Makes saved text readable: decodes UTF-16, drops a byte order mark, terminal colors, Markdown's code fences, and an
/// indentation that all lines share.
std::string plain_text(std::string_view text);

/// Reads one HTTP request as text: as on the wire, with LF in place of CRLF, with HTTP/2's pseudo-headers, as `curl -v`
/// and `curl --trace` print it, as editors' .http files have it, or headers alone as tables have them.
/// The body is what follows the empty line: no more of it than `Content-Length` says, and with its chunks joined when
/// it was sent in chunks. Returns nullopt when there is neither a request line nor a header.
std::optional<CapturedRequest> read_http_text(std::string_view text);

}  // namespace alohook
