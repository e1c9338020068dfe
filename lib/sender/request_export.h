#pragma once
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Output formats for `--print`.
enum class RequestForm {
  http,    ///< the bytes of HTTP/1.1, one request after the other
  curl,    ///< a command of a POSIX shell; a body that a terminal or copying would break goes through a file
  hurl,    ///< an entry of a Hurl file; Hurl adds `User-Agent` and `Accept` where there are none
  har,     ///< one HAR 1.2 document, in which nothing has been answered (status 0)
  vegeta,  ///< a JSON target on a line of its own; Vegeta sorts headers
};

/// Writes requests as text. The document is `begin`, `add` for each request, then `end`, one after the other.
///
/// The body's bytes come out at the receiver as they are. A socket file has no place in `hurl`, `har` and `vegeta`: they
/// contain `http://localhost`, and their programs need their own option for the socket.
class RequestExporter {
 public:
  /// Requests go to `url` but have targets of their own; `version` is ours, for HAR; `curl_options` are added for curl,
  /// each after a space.
  RequestExporter(RequestForm form, Url url, std::string version = {}, std::string curl_options = {});

  std::string begin() const;

  /// `name` is the event's, for people; `at` is when it was signed. Throws Error when the request can't be sent at all, or
  /// a header can't be written in this form.
  std::string add(const Request& request, std::string_view name, Time at);

  std::string end() const;

 private:
  RequestForm form_;
  Url url_;
  std::string version_;
  std::string curl_options_;
  bool is_first_ = true;
};

}  // namespace alohook
