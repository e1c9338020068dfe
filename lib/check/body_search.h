#pragma once
#include <cstddef>
#include <string_view>

#include "check/probe.h"

namespace alohook {

/// Sends the probes of a raw-body check in as few requests as possible. If one is rejected, finds out which probe
/// caused it and what changes the body.
void accept_body_probes(Probe& probe);

/// A body to send in order to find a size limit.
struct SizedBody {
  std::string_view shown;  ///< `64 kB`
  std::size_t size;
};
CheckRequest sized_request(CheckSession& session, std::size_t size, std::string_view shown);
/// Sends a body of this size. If it is rejected, finds the limit by bisection and finds out whether the body is cut off
/// there. `accepted` is a size known to be accepted. Returns false if the request was rejected.
bool accept_size(Probe& probe, const SizedBody& body, std::size_t accepted, Severity severity);

}  // namespace alohook
