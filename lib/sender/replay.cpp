#include "sender/replay.h"

#include "http/hop_by_hop.h"
#include "signing/signed_request.h"

namespace alohook {

Request replayed(const Request& recorded, const Replay& replay, Time now) {
  const Signing signing{
      .secret = replay.secret, .encoding = replay.encoding.value_or(Encoding::v0), .headers = replay.headers};
  return signed_again(addressed_to(recorded, replay.target, HostHeader::of_target), signing, now);
}

}  // namespace alohook
