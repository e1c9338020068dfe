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
  fresh,  ///< each try has a new timestamp and signature
  same,   ///< a retry is the same request byte for byte
};

/// What asking the source for the next event means.
enum class Input {
  at_hand,    ///< it answers at once
  may_block,  ///< it may wait, for example for a pipe; deliveries go on meanwhile
};

/// How events are delivered.
struct DispatchPlan {
  StatusSet expected;
  unsigned concurrency = 1;  ///< connections, one thread each
  double per_second = 0;     ///< events started; 0 is no limit
  std::vector<std::chrono::microseconds> retry_pauses =
      {};  ///< before each further try of what was not accepted
  RetrySigning retry_signing = RetrySigning::fresh;
  Input input = Input::may_block;
};

/// What all deliveries came to.
struct Tally {
  std::uint64_t sent = 0;  ///< events with their duplicates; each is in one of the next three
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t failed = 0;   ///< no answer came
  std::uint64_t retried = 0;  ///< tries beyond the first
  std::uint64_t duplicates = 0;
  std::chrono::microseconds elapsed{0};
  LatencyHistogram latency = {};  ///< of each try that was answered

  /// Requests per second, retries included; 0 when no time passed.
  double rate() const;
};

/// One try, once it is over.
struct Attempt {
  const Outgoing& event;
  const Delivery& delivery;
  unsigned number = 1;
  std::optional<std::chrono::microseconds> next_in = {};  ///< when another try follows: after this pause
  /// What the answer's `Retry-After` asked for, when it is longer than the pause of the plan.
  std::optional<std::chrono::microseconds> asked = {};
};

/// The longest pause that a `Retry-After` brings about.
inline constexpr std::chrono::minutes longest_retry_after{5};

/// Delivers events over several connections. Retries that are due go before new events; while more than 16 MiB of
/// events wait for theirs, no new ones start.
class Dispatcher {
 public:
  struct Surroundings {
    std::function<Transport()> connect;  ///< called once for each connection, each for one thread
    std::function<Time()> now;           ///< safe from any thread
    Pace pace;
  };
  /// Called for each try, by one thread at a time.
  using AttemptHandler = std::function<void(const Attempt&)>;

  Dispatcher(DispatchPlan plan, OutgoingSource source, Surroundings surroundings, AttemptHandler on_attempt);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Delivers everything. What source, transport or handler throw ends the run and comes out here.
  Tally run();

  /// Lets `run` end once the requests on their way are answered; retries that wait are given up. Safe from any thread.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alohook
