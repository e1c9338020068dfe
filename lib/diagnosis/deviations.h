#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/cause.h"
#include "signing/secret.h"

namespace alohook {

/// One wrong way to sign a request: the bytes that a sender or receiver with this bug computes.
struct Deviation {
  std::string name;    ///< what the bytes are made of; the same for every request
  Cause cause;         ///< not proven; its evidence says more, about this request
  std::string digest;  ///< raw; 16, 20, 32 or 64 bytes, never those of the right way
};

/// The wrong ways to sign this request that differ from the right one in one thing, the likeliest of every kind
/// first, no two with the same bytes. For finding out what a receiver computes by what it accepts.
std::vector<Deviation> deviations(const Secret& secret, std::string_view timestamp, std::string_view body);

}  // namespace alohook
