#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

// ALO's page prints the type as `webhook_url_verification` in the body and lists it as `webhook_url_validation`.
// The body goes over the wire, so its spelling is the default; both work everywhere.
inline constexpr std::string_view challenge_type = "webhook_url_verification";
inline constexpr std::string_view challenge_type_alias = "webhook_url_validation";

/// Returns the challenge's body as ALO prints it: 4 spaces, `challenge` before `type`, no newline at the end.
std::string challenge_body(std::string_view challenge, std::string_view type = challenge_type);

/// What a receiver reads of a body, in one pass.
struct EventHead {
  std::optional<std::string> type;       ///< as characters; nullopt when the body names none
  std::optional<std::string> challenge;  ///< of a challenge in either spelling, as JSON text with its quotes
};
EventHead read_event_head(std::string_view body);

/// Returns the challenge of a body whose type is the challenge in either spelling, as the exact JSON text of the
/// string with its quotes; nullopt when it is another event or `challenge` is not a string.
std::optional<std::string> challenge_in(std::string_view body);

/// Returns the answer that ALO documents: 200, `Content-Type: application/json`, `{"challenge":…}`.
/// `raw_challenge` is JSON text, as `challenge_in` returns it.
Response challenge_answer(std::string_view raw_challenge);

}  // namespace alohook
