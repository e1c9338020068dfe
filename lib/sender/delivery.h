#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace alohook {

/// Which statuses count as acceptance: `2xx`, `401`, `403,401`, `2xx,302`.
class StatusSet {
 public:
  /// Returns nullopt for anything else, or a status outside 100–599.
  static std::optional<StatusSet> parse(std::string_view text);

  /// Returns the statuses that reject a request for its signature: 4xx, but not those about its address, time, size or number
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

enum class Outcome {
  accepted,  ///< the status was an expected one
  refused,   ///< another status
  failed,    ///< no answer came
};

std::string_view name_of(Outcome outcome);

/// An event that was sent, and its result.
struct Delivery {
  Request request;
  Exchange exchange;
  Outcome outcome = Outcome::failed;
};

Delivery deliver(Request request, const Transport& transport, const StatusSet& expected);

}  // namespace alohook
