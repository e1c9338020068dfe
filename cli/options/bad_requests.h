#pragma once
#include <functional>
#include <optional>

#include "output/console.h"
#include "sender/delivery.h"
#include "signing/forgery.h"
#include "world/context.h"

// What `send --bad` does beside sending one kind of invalid request.
namespace alohook {

/// Prints each kind and what is wrong with it. Returns the exit code.
int list_forgeries(Console& console);

/// How to make and send the requests of `--bad`.
struct BadRequests {
  /// Makes a request of this kind, for null the valid control. Throws Error for a kind that this body can't have.
  std::function<Request(const Forgery* forgery)> make;
  Transport transport;
  StatusSet expected;  ///< of the invalid ones
};

/// Sends a valid request. Returns nothing if it is accepted. Otherwise rejections prove nothing, but an accepted invalid
/// request does: sends the invalid one, prints both responses, and returns the exit code.
std::optional<int> send_control(const BadRequests& requests, const Forgery& forgery, Console& console);

/// Sends the control, then each kind once, and prints a table. Returns the exit code: `exit_no` when one was not
/// rejected, `exit_could_not_judge` when neither the control nor anything else was accepted, or a request got no
/// response.
int send_all_forgeries(const BadRequests& requests, Console& console);

}  // namespace alohook
