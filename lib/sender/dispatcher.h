#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sender/delivery.h"
#include "sender/latency.h"
#include "sender/outgoing.h"
#include "sender/pace.h"

namespace alohook {

enum class RetrySigning {
  fresh,  ///< each attempt has a new timestamp and signature
  same,   ///< a retry is the same request, byte for byte
};

/// Whether asking the source for the next event can block.
enum class Input {
  at_hand,    ///< it returns immediately
  may_block,  ///< it may block, for example on a pipe; deliveries continue meanwhile
};

/// How to deliver events.
struct DispatchPlan {
  StatusSet expected;
  unsigned concurrency = 1;  ///< connections, each with its own thread
  double per_second = 0;     ///< events to start per second; 0: no limit
  std::vector<std::chrono::microseconds> retry_pauses =
      {};  ///< before each retry of an event that wasn't accepted
  RetrySigning retry_signing = RetrySigning::fresh;
  Input input = Input::may_block;
};

/// The totals of a run.
struct Tally {
  std::uint64_t sent = 0;  ///< events including duplicates; each is counted in one of the next three
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t failed = 0;   ///< events without a response
  std::uint64_t retried = 0;  ///< attempts other than the first
  std::uint64_t duplicates = 0;
  std::chrono::microseconds elapsed{0};
  LatencyHistogram latency = {};  ///< of each attempt that got a response

  /// Returns requests per second, including retries; 0 if no time has passed.
  double rate() const;
};

/// A completed delivery attempt.
struct Attempt {
  const Outgoing& event;
  const Delivery& delivery;
  unsigned number = 1;
  std::optional<std::chrono::microseconds> next_in =
      {};  ///< the pause before the next one; empty: it is the last
  /// What the response's `Retry-After` asked for, if it is longer than the planned pause.
  std::optional<std::chrono::microseconds> asked = {};
};

/// The longest pause that a `Retry-After` can cause.
inline constexpr std::chrono::minutes longest_retry_after{5};

/// Delivers events over several connections. Retries that are due take precedence over new events. While events waiting
/// for a retry take up more than 16 MiB, no new events are started.
class Dispatcher {
 public:
  struct Surroundings {
    std::function<Transport()> connect;  ///< called once for each connection, and used by one thread
    std::function<Time()> now;           ///< called from any thread
    Pace pace;
  };
  /// Called after each attempt, from one thread at a time.
  using AttemptHandler = std::function<void(const Attempt&)>;

  Dispatcher(DispatchPlan plan, OutgoingSource source, Surroundings surroundings, AttemptHandler on_attempt);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Delivers all events. Rethrows the first exception from the source, transport or handler, which ends the run.
  Tally run();

  /// Makes `run` return after requests in flight have got a response. Pending retries are abandoned. Thread-safe.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alohook
