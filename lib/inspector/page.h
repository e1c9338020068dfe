#pragma once
#include <optional>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// Returns the headers that every response of the inspector has, including errors.
const Headers& inspector_headers();

/// Returns the page for `/`, or one of its files for `/page/NAME`; nullopt for any other path.
std::optional<Response> page_response(std::string_view path);

}  // namespace alohook
