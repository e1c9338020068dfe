#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "events/fixture.h"
#include "http/message.h"
#include "http/url.h"
#include "sender/delivery.h"
#include "signing/signature.h"

namespace alohook {

/// Programs that generate load from many machines.
enum class LoadEngine { artillery, k6 };

std::string_view name_of(LoadEngine engine);

/// An event that a load engine signs each time it sends it.
struct LoadEvent {
  std::string name;  ///< what people know it by
  Request request;   ///< unsigned: a signature header in it is sent as it is, in place of a fresh one
  Encoding encoding = Encoding::v0;
  std::vector<FreshPart> fresh = {};  ///< what is different in the body each time
};

/// What a load engine does with the events.
struct LoadPlan {
  Url url;
  double per_second = 10;  ///< requests started; more than 0
  std::chrono::milliseconds duration{60'000};
  unsigned connections = 100;  ///< requests at the same time, at most
  std::chrono::milliseconds timeout{30'000};
  bool verify_tls = true;
  StatusSet accepted;
  std::string version = {};  ///< ours
};

/// Writes the script with which a load engine sends events, in their order, over and over. The document is `begin`, `add`
/// for each event, then `end`. The secret is not in it: the script reads it from its environment. Bodies go out byte for
/// byte, except for their fresh parts.
class LoadScript {
 public:
  /// Throws Error for a URL that the engine can't send to.
  LoadScript(LoadEngine engine, LoadPlan plan);

  std::string begin() const;

  /// Throws Error for a request that the engine would send as another one.
  std::string add(const LoadEvent& event);

  std::string end() const;

 private:
  LoadEngine engine_;
  LoadPlan plan_;
  bool is_first_ = true;
};

}  // namespace alohook
