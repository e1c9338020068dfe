#pragma once
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Returns `text` as one word of a POSIX shell, fit to be shown on a terminal and copied from it. Without LF and NUL.
std::string shell_word(std::string_view text);

/// Returns the command that has curl send exactly this request, ended by LF; with a line before it that writes the body
/// to a file of the current folder where the body can't stand in the command.
std::string curl_command(const Request& request, const Url& url);

}  // namespace alohook
