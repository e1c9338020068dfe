#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/clock.h"
#include "ground/http.h"
#include "things/signature.h"

namespace alohook {

/// Which statuses count as acceptance: `2xx`, `401`, `403,401`, `2xx,302`.
class StatusSet {
 public:
  /// Returns nullopt for anything else, or a status outside 100–599.
  static std::optional<StatusSet> parse(std::string_view text);

  /// Returns the statuses that refuse what a request is: 4xx, but not those about its address, time, size or number
  /// (404, 405, 408, 413, 415, 429).
  static StatusSet refusals();

  bool contains(int status) const;
  const std::string& text() const { return text_; }

 private:
  struct Range {
    int first, last;
  };
  std::vector<Range> ranges_;
  std::string text_;
};

/// How an event is signed and what goes with it. ALO documents neither a content type nor a user agent.
struct Signing {
  Secret secret;
  Encoding encoding = Encoding::v0;
  std::string target = "/";
  Headers headers = {};  ///< added to, or instead of, the default ones of the same name
};

/// Returns a POST with the body's exact bytes and the two signature headers for `now`.
Request signed_request(std::string_view body, const Signing& signing, Time now);

/// Returns a recorded request with its two signature headers made anew for `now`, at the end.
/// Everything else stays but the headers that `signing` gives in place of those of their name; its target is not used.
Request signed_again(Request recorded, const Signing& signing, Time now);

/// Returns the request with these headers in place of its own of their names, at the end.
Request with_headers(Request request, const Headers& given);

enum class Outcome {
  accepted,  ///< the status was an expected one
  refused,   ///< another status
  failed,    ///< no answer came
};

std::string_view name_of(Outcome outcome);

/// One event sent, and what came of it.
struct Delivery {
  Request request;
  Exchange exchange;
  Outcome outcome = Outcome::failed;
};

Delivery deliver(Request request, const Transport& transport, const StatusSet& expected);

}  // namespace alohook
