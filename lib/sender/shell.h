#pragma once
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Returns `text` as one word for a POSIX shell that is safe to display and copy. It contains neither LF nor NUL.
std::string shell_word(std::string_view text);

/// Returns `text` unchanged if a shell doesn't interpret it, otherwise as `shell_word` does.
std::string shell_argument(std::string_view text);

/// Returns the options that keep curl from changing the URL and how it connects, each preceded by a space.
std::string curl_url_options(const Url& url, std::string_view target);

/// Returns the URL to pass to curl for this target. A socket file's path goes into an option.
std::string curl_url(const Url& url, std::string_view target);

/// Returns a curl command that sends exactly this request, terminated by LF. If the body can't be part of the command,
/// a line before it writes the body to a file in the current directory. `more` are further curl options, each preceded
/// by a space.
std::string curl_command(const Request& request, const Url& url, std::string_view more = {});

}  // namespace alohook
