#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "sender/shared_request.h"

namespace alohook {

/// An event to send. Its request is built when it is its turn, so that the timestamp is fresh.
struct Outgoing {
  std::string name;     ///< what people know it by
  std::string id = {};  ///< of a recorded event
  /// Makes the request for a moment; may be called on any thread, again for each retry.
  std::function<SharedRequest(Time)> make;
  std::chrono::microseconds due{0};  ///< not before this time after the run's start
  std::size_t weight = 0;            ///< bytes that it holds in memory, about

  /// The request that an event and its duplicates share.
  struct Shared {
    std::once_flag is_made;
    std::optional<SharedRequest> request;
  };
  std::shared_ptr<Shared> shared = {};
  bool is_duplicate = false;
};

/// Returns a function that calls `make` once for each second and shares the request: a signature says no more exactly
/// when it was made. Safe from any thread.
std::function<SharedRequest(Time)> once_a_second(std::function<Request(Time)> make);

/// Returns the request of an event's first try, which its duplicates share.
SharedRequest first_request(const Outgoing& event, Time now);

/// Returns the next event; nullopt after the last. Called by one thread at a time.
using OutgoingSource = std::function<std::optional<Outgoing>()>;

/// Returns each event `count` more times, right after the original. Their requests are identical, byte for byte.
OutgoingSource with_duplicates(OutgoingSource source, std::uint64_t count);

/// Returns the events in random order. Holds at most 1,000 events or 16 MiB at a time, so no event moves further ahead
/// than that.
OutgoingSource shuffled(OutgoingSource source, RandomBits random);

}  // namespace alohook
