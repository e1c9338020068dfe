#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "diagnosis/cause.h"

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
};

/// A cause's documented name and its sentence.
struct CauseText {
  CauseId id;
  std::string_view name;
  std::string_view sentence;
};
std::span<const CauseText> cause_texts();

/// Advice against one cause in one language, or in all when `language` is empty.
struct FixText {
  CauseId cause;
  std::string_view language;
  std::string_view text;
};
std::span<const FixText> fix_texts();

enum class Certainty { suspected, proven };

/// Puts a cause together: its name, its sentence, this evidence, and its fixes.
Cause make_cause(CauseId id, std::string evidence, Certainty certainty);

}  // namespace alohook
