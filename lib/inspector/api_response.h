#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// Returns a 200 with JSON text.
Response json_response(std::string json);

/// Returns an error as `{"schema":1,"error":"no-such-event","text":"…"}`.
Response error_response(int status, std::string_view id, std::string_view text);

/// Returns text or bytes to be saved under a name, never rendered.
Response download_response(std::string_view type, std::string name, std::string bytes);

/// Returns the part of the bytes that `Range: bytes=…` asks for (206, 416), or all of them. Several ranges are all.
Response ranged(const Request& request, Response whole);

/// Returns a parameter of a target's query, percent-decoded; nullopt when it isn't there.
std::optional<std::string> query_value(std::string_view target, std::string_view name);

/// The same as a whole number; nullopt when it is none.
std::optional<std::int64_t> query_number(std::string_view target, std::string_view name);

}  // namespace alohook
