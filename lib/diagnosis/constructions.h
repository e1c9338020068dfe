#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "base/crypto.h"
#include "diagnosis/causes.h"

namespace alohook {

/// How a base string represents the body.
enum class BodyPart { bytes, sha256, sha256_hex };

/// One way to build the base string: text, timestamp, text, body; or the body before the timestamp.
struct Template {
  CauseId cause = CauseId::none;
  std::string_view shown;  ///< for people
  std::string_view before;
  std::string_view between = {};
  bool has_timestamp = true;
  bool body_first = false;
  BodyPart body = BodyPart::bytes;
  bool rare = false;   ///< tried after the more likely ones
  bool alone = false;  ///< tried only if nothing else deviates

  int deviations() const { return cause != CauseId::none; }
};

/// Returns all templates. The first one is ALO's.
std::span<const Template> templates();

/// One way to compute a digest from a base string.
struct Method {
  enum class Kind { hmac, secret_then_message, message_then_secret, message_only, swapped_hmac };

  CauseId cause = CauseId::none;
  std::string_view shown;
  Kind kind;
  HashAlgorithm algorithm;
  std::size_t digest_size;
  bool rare = false;   ///< tried after the more likely ones
  bool alone = false;  ///< tried only if nothing else deviates

  int deviations() const { return cause != CauseId::none; }
};

/// Returns all methods. The first one is ALO's.
std::span<const Method> methods();

}  // namespace alohook
