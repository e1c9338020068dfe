#pragma once
#include <cstddef>
#include <string_view>

#include "check/probe.h"

namespace alohook {

/// Sends the probes of a raw check in as few requests as possible. When one is rejected, finds out which probe it was,
/// and what changes the body.
void accept_body_probes(Probe& probe);

/// Sends bodies of growing size, as `make` makes them. When one is rejected for its size, finds the limit, and whether
/// the body is cut there. `accepted` is a size that is known to be accepted.
struct SizedBody {
  std::string_view shown;  ///< `64 kB`
  std::size_t size;
};
CheckRequest sized_request(CheckSession& session, std::size_t size, std::string_view shown);
/// Returns false when the request was rejected.
bool accept_size(Probe& probe, const SizedBody& body, std::size_t accepted, Severity severity);

}  // namespace alohook
