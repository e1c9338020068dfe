#pragma once
#include <cstdint>
#include <span>
#include <string_view>

// The visible signs by which a response shows that it isn't about the signature: data for not_signature.
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
  std::string_view text;    ///< what rejected the request, as a sentence
  std::string_view advice;  ///< what to do
};

std::span<const RejecterText> rejecters();

/// One sign.
struct ResponseSign {
  enum class In : std::uint8_t { body, header, status };

  Rejecter rejecter;
  std::string_view statuses;  ///< those it counts with, separated by commas; empty: any but 2xx
  In in;
  std::string_view name;   ///< the header's
  std::string_view value;  ///< in lower case; a part of the header's value or of the body; empty: any
};

/// Returns all signs, the most telling first.
std::span<const ResponseSign> response_signs();

}  // namespace alohook
