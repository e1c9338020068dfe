#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "sender/shared_request.h"

namespace alohook {

/// The statuses that count as acceptance: `2xx`, `401`, `403,401`, `2xx,302`.
class StatusSet {
 public:
  /// Returns nullopt if the text is malformed or has a status outside 100–599.
  static std::optional<StatusSet> parse(std::string_view text);

  /// Returns the statuses that may reject a request because of its signature: 4xx, except those whose meaning in RFC
  /// 9110 and RFC 6585 is another one: 404, 405, 408, 411, 413, 414, 415, 429 and 431.
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
  refused,   ///< the status was another one
  failed,    ///< there was no response
};

std::string_view name_of(Outcome outcome);

/// An event that was sent, and the result.
struct Delivery {
  SharedRequest request;
  Exchange exchange;
  Outcome outcome = Outcome::failed;
};

Delivery deliver(SharedRequest request, const Transport& transport, const StatusSet& expected);

}  // namespace alohook
