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
};

/// Reads one HTTP/1 request as text: as on the wire, with LF in place of CRLF, or as `curl -v` prints it (lines with
/// `> `; those with `* ` and `< ` are passed over). The body is what follows the empty line: no more of it than
/// `Content-Length` says, and with its chunks joined when it was sent in chunks.
/// Returns nullopt when there is neither a request line nor a header.
std::optional<CapturedRequest> read_http_text(std::string_view text);

}  // namespace alohook
