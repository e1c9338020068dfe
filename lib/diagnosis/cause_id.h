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

/// The point of view from which a mismatch is diagnosed. It determines what is suspected.
enum class Situation : std::uint8_t {
  wire,     ///< a request as it arrived: suspect its sender, or something in between
  capture,  ///< a genuine signature and a saved body: suspect how the body was saved
  mine,     ///< a signature that the user's code computed over a correct body: suspect the code
  server,   ///< what the user's server accepts: suspect the server
};

}  // namespace alohook
