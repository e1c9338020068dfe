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
#include "http/message.h"

namespace alohook {

/// An event to send. Its request is built when it is its turn, so that the timestamp is fresh.
struct Outgoing {
  std::string name;     ///< how it is shown to people
  std::string id = {};  ///< ID of a recorded event
  /// Builds the request for a point in time. Called on any thread, and again for each retry.
  std::function<Request(Time)> make;
  std::chrono::microseconds due{0};  ///< earliest time to send it, since the start of the run
  std::size_t weight = 0;            ///< approximate memory it uses, in bytes

  /// The request that an event and its duplicates share.
  struct Shared {
    std::once_flag is_made;
    Request request;
  };
  std::shared_ptr<Shared> shared = {};
  bool is_duplicate = false;
};

/// Returns the request of an event's first attempt, which its duplicates share.
Request first_request(const Outgoing& event, Time now);

/// Returns the next event; nullopt after the last. Called by one thread at a time.
using OutgoingSource = std::function<std::optional<Outgoing>()>;

/// Returns each event `count` more times, right after the original. Their requests are identical, byte for byte.
OutgoingSource with_duplicates(OutgoingSource source, std::uint64_t count);

/// Returns the events in random order. Holds at most 1,000 events or 16 MiB at a time, so no event moves further ahead
/// than that.
OutgoingSource shuffled(OutgoingSource source, RandomBits random);

}  // namespace alohook
