#pragma once
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Output formats for `--print`.
enum class RequestForm {
  http,    ///< the bytes of HTTP/1.1, one request after another
  curl,    ///< a POSIX shell command; a body that a terminal or copying would alter goes into a file
  hurl,    ///< an entry of a Hurl file; Hurl adds `User-Agent` and `Accept` if they are missing
  har,     ///< one HAR 1.2 document, without responses (status 0)
  vegeta,  ///< a JSON target per line; Vegeta sorts headers
};

/// Throws Error for a request that would come out as another one.
void check_exportable(const Request& request);

/// Throws Error for a request whose target or headers are not UTF-8, and so can't be written in the format called `form`.
void check_is_text(const Request& request, std::string_view form);

/// Writes requests as text. The document is `begin`, `add` for each request, then `end`, one after the other.
///
/// The receiver gets exactly the bytes of the body. The formats `hurl`, `har` and `vegeta` can't express a socket file:
/// they contain `http://localhost`, and the tools need their own option for the socket.
class RequestExporter {
 public:
  /// Requests are sent to `url`, but have their own targets. `version` is alohook's version, for HAR. `curl_options`
  /// are added to curl commands, each preceded by a space.
  RequestExporter(RequestForm form, Url url, std::string version = {}, std::string curl_options = {});

  std::string begin() const;

  /// `name` is the event's name for display, `at` is when it was signed. Throws Error if the request can't be sent at
  /// all, or has a header that can't be expressed in this format.
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
