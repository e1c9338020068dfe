#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// Returns a 200 with this JSON.
Response json_response(std::string json);

/// Returns an error as `{"schema":1,"error":"no-such-event","text":"…"}`.
Response error_response(int status, std::string_view id, std::string_view text);

/// Returns text or bytes to save under a name. Browsers never render them.
Response download_response(std::string_view type, std::string name, std::string bytes);

/// Returns the part of the response requested by `Range: bytes=…` (206, 416), or all of it, also for several ranges.
Response ranged(const Request& request, Response whole);

/// Returns a parameter of a target's query, percent-decoded; nullopt if it is missing.
std::optional<std::string> query_value(std::string_view target, std::string_view name);

/// Returns a parameter as an integer; nullopt if it is missing or isn't one.
std::optional<std::int64_t> query_number(std::string_view target, std::string_view name);

}  // namespace alohook
