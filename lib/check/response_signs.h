#pragma once
#include <cstdint>
#include <span>
#include <string_view>

// Visible signs that a rejection isn't about the signature: the data for not_signature.
namespace alohook {

/// What rejects requests for other reasons, in the order of `rejecters()`.
enum class Rejecter : std::uint8_t {
  csrf,
  password,
  api_key,
  bot_check,
  firewall,
  host_filter,
  ip_filter,
  tunnel,
  https_only,
  client_certificate,
  maintenance,
  login,
  redirect,
  no_such_app,
  method,
  content_type,
  validation,
  rate_limit,
  body_limit,
  header_limit,
  length_required,
  gateway,
  cors,
  wrong_path,
  web_server,
  web_page,
};

struct RejecterText {
  std::string_view id;
  std::string_view text;    ///< a sentence: what rejected the request
  std::string_view advice;  ///< what to do
};

std::span<const RejecterText> rejecters();

/// One sign to look for in a response.
struct ResponseSign {
  enum class In : std::uint8_t { body, header, status };

  Rejecter rejecter;
  std::string_view statuses;  ///< the statuses to which it applies, separated by commas; empty: any but 2xx
  In in;
  std::string_view name;   ///< the header's
  std::string_view value;  ///< in lower case; part of the header's value or of the body; empty: any
};

/// Returns all signs, the most reliable first.
std::span<const ResponseSign> response_signs();

}  // namespace alohook
