#include "check/reaction.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/visible.h"

namespace alohook {
namespace {

constexpr std::size_t longest_excerpt = 120;
constexpr std::size_t longest_quote = 80;

}  // namespace

Reaction reaction_to(const Exchange& exchange, const StatusReading& reading) {
  if (!exchange.response) return Reaction::silent;
  const int status = exchange.response->status;
  if (reading.accepted && reading.accepted->contains(status)) return Reaction::accepted;
  if (reading.refused && reading.refused->contains(status)) return Reaction::refused;
  if (status >= 200 && status < 300) return reading.accepted ? Reaction::failed : Reaction::accepted;
  if (status >= 300 && status < 400) return Reaction::redirected;
  if (status < 400 || status >= 500) return Reaction::failed;
  if (status == 429) return Reaction::rate_limited;
  static const StatusSet refusals = StatusSet::refusals();
  return refusals.contains(status) ? Reaction::refused : Reaction::other_refusal;
}

std::string describe_answer(const Exchange& exchange) {
  if (!exchange.response) return "no answer: " + visible(exchange.error.detail);
  const Response& response = *exchange.response;
  std::string text = std::to_string(response.status);
  const std::string reason = shortened(visible(response.reason), longest_quote);
  if (!reason.empty()) text += " " + reason;
  if (const auto type = header_value(response.headers, "Content-Type")) {
    text += ", " + shortened(visible(*type), longest_quote);
  }
  if (response.status >= 300 && response.status < 400) {
    const auto location = header_value(response.headers, "Location").value_or("nowhere");
    text += ", to " + shortened(visible(location), longest_quote);
  }
  if (response.body.empty()) return text + ", an empty body";
  const std::string_view start = std::string_view(response.body).substr(0, 2 * longest_excerpt);
  // The newline at its end is of no interest, unless it is all there is.
  const std::string_view shown = trimmed(start).empty() ? start : trimmed(start);
  return fmt::format("{}: {}", text, shortened(visible(shown), longest_excerpt));
}

}  // namespace alohook
