#pragma once
#include <cstdint>

namespace alohook {

/// Why a signature may not match, roughly in order of how often people report it.
enum class CauseId : std::uint8_t {
  none,
  body_reserialised,
  wrong_secret,
  secret_whitespace,
  secret_decoded,
  secret_prefix,
  body_only,
  other_template,
  other_encoding,
  timestamp_form,
  timestamp_missing,
  body_missing,
  body_base64,
  body_charset,
  body_bom,
  body_newlines,
  body_double_encoded,
  body_part,
  body_repr,
  body_url_encoded,
  other_hash,
  mac_truncated,
  body_normalised,
  body_compressed,
  headers_altered,
  other_provider,
  clock_skew,
  secret_unexpanded,
  secret_hidden_characters,
  several_signatures,
  key_message_swapped,
  body_altered,
  body_truncated,
  body_wrapped,
  secret_unset,
  mac_altered,
};

/// From where a mismatch is seen: what is suspect depends on it.
enum class Situation : std::uint8_t {
  wire,     ///< a request as it arrived: its sender, or something on the way, is suspect
  capture,  ///< a genuine signature over a saved body: the way it was saved is suspect
  mine,     ///< a signature that the user's code made for a body that is right: the code is suspect
  server,   ///< what the user's server accepts: the server is suspect
};

}  // namespace alohook
