#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "base/crypto.h"
#include "diagnosis/causes.h"

namespace alohook {

/// What stands for the body in a base string.
enum class BodyPart { bytes, sha256, sha256_hex };

/// One way to put the base string together: text, timestamp, text, body; or the body before the timestamp.
struct Template {
  CauseId cause = CauseId::none;
  std::string_view shown;  ///< for people
  std::string_view before;
  std::string_view between = {};
  bool has_timestamp = true;
  bool body_first = false;
  BodyPart body = BodyPart::bytes;
  bool rare = false;   ///< tried after the likelier ones
  bool alone = false;  ///< tried only where nothing else deviates

  int deviations() const { return cause != CauseId::none; }
};

/// ALO's own first.
std::span<const Template> templates();

/// One way to make a digest of a base string.
struct Method {
  enum class Kind { hmac, secret_then_message, message_then_secret, message_only, swapped_hmac };

  CauseId cause = CauseId::none;
  std::string_view shown;
  Kind kind;
  HashAlgorithm algorithm;
  std::size_t digest_size;
  bool rare = false;   ///< tried after the likelier ones
  bool alone = false;  ///< tried only where nothing else deviates

  int deviations() const { return cause != CauseId::none; }
};

/// ALO's own first.
std::span<const Method> methods();

}  // namespace alohook
