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

/// An event on its way out. The request is made when its turn comes, so that its timestamp is fresh.
struct Outgoing {
  std::string name;     ///< what people know it by
  std::string id = {};  ///< of a recorded event
  /// Makes the request for a moment; may be called on any thread, again for each retry.
  std::function<Request(Time)> make;
  std::chrono::microseconds due{0};  ///< not before this time after the run's start
  std::size_t weight = 0;            ///< bytes that it holds in memory, about

  /// The one request of an event and its duplicates.
  struct Shared {
    std::once_flag is_made;
    Request request;
  };
  std::shared_ptr<Shared> shared = {};
  bool is_duplicate = false;
};

/// Returns the request of an event's first try, which its duplicates share.
Request first_request(const Outgoing& event, Time now);

/// Gives the next event, nullopt after the last. Called by one thread at a time.
using OutgoingSource = std::function<std::optional<Outgoing>()>;

/// Gives each event `count` more times, right after itself; the requests are the same byte for byte.
OutgoingSource with_duplicates(OutgoingSource source, std::uint64_t count);

/// Gives the events in mixed order. At most 1,000 of them, or 16 MiB, are held at a time, so an event moves no further
/// ahead than that.
OutgoingSource shuffled(OutgoingSource source, RandomBits random);

}  // namespace alohook
