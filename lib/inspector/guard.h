#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// What the guard compares requests with.
struct GuardPolicy {
  std::uint16_t port = 0;  ///< the inspector's own
  std::string token;       ///< what `Authorization: Bearer …` must carry under `/api/`
};

/// Why a request gets no further. `id` is stable: `wrong-host`, `no-token` …
struct GuardRejection {
  int status = 0;
  std::string_view id;
  std::string_view text;
};

/// The path of a target: all before its `?`.
std::string_view path_of(std::string_view target);

/// Decides whether a request may be routed. Every request passes through here first, whatever its path, so that the
/// check and the route never see different things. Protects against DNS rebinding (Host), cross-site requests (Origin,
/// Sec-Fetch-Site, preflights) and other local users (token). Returns nullopt for a request that may pass.
std::optional<GuardRejection> guard(const Request& request, const GuardPolicy& policy);

}  // namespace alohook
