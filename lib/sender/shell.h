#pragma once
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Returns `text` as one word of a POSIX shell, fit to be shown on a terminal and copied from it. Without LF and NUL.
std::string shell_word(std::string_view text);

/// Returns `text` as it is where a shell leaves it alone, else as `shell_word` does.
std::string shell_argument(std::string_view text);

/// Returns the options that keep curl from changing the URL and the way there, each after a space.
std::string curl_url_options(const Url& url, std::string_view target);

/// Returns the URL that curl takes for this target: a socket file's path goes into an option.
std::string curl_url(const Url& url, std::string_view target);

/// Returns the command that has curl send exactly this request, ended by LF; with a line before it that writes the body
/// to a file of the current folder where the body can't stand in the command. `more` are further options for curl, each
/// after a space.
std::string curl_command(const Request& request, const Url& url, std::string_view more = {});

}  // namespace alohook
