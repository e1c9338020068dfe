#pragma once
#include <optional>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// The headers of every response of the inspector, errors included.
const Headers& inspector_headers();

/// Returns the page for `/` or one of its files for `/page/NAME`; nullopt for another path.
std::optional<Response> page_response(std::string_view path);

}  // namespace alohook
