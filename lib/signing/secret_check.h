#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// How a secret gets spoiled on its way into a file or a variable.
enum class SecretFault : std::uint8_t { outer_whitespace, quotes, unexpanded, hidden_characters, other_text };

/// Something about a secret that catches the eye before anything is computed.
struct SecretRemark {
  SecretFault fault;
  std::string note;       ///< the end of a sentence that starts with "the secret"; never shows its characters
  bool is_fatal = false;  ///< such bytes can't have been meant as a secret; otherwise they hardly were
};

/// Looks at a secret without computing anything. The first remark says the most.
std::vector<SecretRemark> look_at_secret(std::string_view secret);

/// Removes invisible characters that aren't ASCII: byte order marks, zero-width characters, no-break spaces.
std::string without_hidden_characters(std::string_view text);

/// Returns whether a secret is so short that it is likely cut off or a placeholder.
bool is_short_secret(std::string_view secret);

}  // namespace alohook
