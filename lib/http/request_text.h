#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace alohook {

/// A request read from text that was saved by a person or a proxy.
struct CapturedRequest {
  Request request;
  /// One sentence about bytes that were lost from or added to the capture; empty if there is nothing to report.
  std::string note = {};
  /// One sentence about why this can't be the body that was sent; empty if nothing indicates that.
  std::string gap = {};
  std::optional<Time> at = {};  ///< when it was sent, if the capture contains that
  /// One sentence about why the capture doesn't contain the body; empty if it does.
  std::string missing_body = {};
  /// What follows the bytes counted by Content-Length: the body may have been pretty-printed after it was received.
  std::string rest = {};
};

/// Makes saved text readable: decodes UTF-16, and removes a byte order mark, terminal colors, Markdown code fences, and
/// an indentation that all lines have in common.
std::string plain_text(std::string_view text);

/// Reads an HTTP request as text: as on the wire, with LF instead of CRLF, with HTTP/2's pseudo-headers, as printed by
/// `curl -v` and `curl --trace`, as in editors' .http files, or just headers from a table. The body is what follows the
/// empty line, up to `Content-Length`; if it is chunked, the chunks are joined. Returns nullopt if there is neither a
/// request line nor a header.
std::optional<CapturedRequest> read_http_text(std::string_view text);

}  // namespace alohook
