#include "check/reaction.h"

#include "support/catch.hpp"

using namespace alohook;

namespace {

Reaction reaction(int status, const StatusReading& reading = {}) {
  Exchange exchange;
  exchange.response = Response{.status = status};
  return reaction_to(exchange, reading);
}

}  // namespace

TEST_CASE("check and send count the same statuses as rejections of the signature") {
  const StatusSet refusals = StatusSet::refusals();
  for (int status = 400; status < 500; ++status) {
    CAPTURE(status);
    CHECK((reaction(status) == Reaction::refused) == refusals.contains(status));
  }
  CHECK(reaction(413) == Reaction::other_refusal);
  CHECK(reaction(414) == Reaction::other_refusal);
  CHECK(reaction(429) == Reaction::rate_limited);
}

TEST_CASE("statuses that the user names are read as the user says") {
  const StatusReading reading{.accepted = StatusSet::parse("404"), .refused = StatusSet::parse("413,302")};
  CHECK(reaction(404, reading) == Reaction::accepted);
  CHECK(reaction(200, reading) == Reaction::failed);
  CHECK(reaction(413, reading) == Reaction::refused);
  CHECK(reaction(302, reading) == Reaction::refused);
  CHECK(reaction(403, reading) == Reaction::refused);
  CHECK(reaction(415, reading) == Reaction::other_refusal);
}
