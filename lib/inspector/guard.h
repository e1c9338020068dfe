#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// What the guard checks requests against.
struct GuardPolicy {
  std::uint16_t port = 0;  ///< the inspector's port
  std::string token;       ///< what `/api/` requests must send as `Authorization: Bearer …`
};

/// Why a request is rejected. `id` is stable: `wrong-host`, `no-token` …
struct GuardRejection {
  int status = 0;
  std::string_view id;
  std::string_view text;
};

/// Returns the path of a target: everything before the `?`.
std::string_view path_of(std::string_view target);

/// Decides whether a request may be routed. Every request is checked here first, whatever its path, so that the guard
/// and the router never disagree about it. Protects against DNS rebinding (Host), cross-site requests (Origin,
/// Sec-Fetch-Site, preflights) and other local users (token). Returns nullopt if the request may pass.
std::optional<GuardRejection> guard(const Request& request, const GuardPolicy& policy);

}  // namespace alohook
