#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/forms/form.h"

namespace alohook {

/// The keys that code in the wild makes of a secret, as it stands first. The notes never show its characters.
std::vector<Form> secret_forms(std::string_view secret);

/// Something about a secret that catches the eye before anything is computed.
struct SecretRemark {
  CauseId cause;
  std::string note;  ///< the end of a sentence that starts with the secret's description
};
std::vector<SecretRemark> look_at_secret(std::string_view secret);

/// Returns whether a secret is so short that it is likely cut off or a placeholder.
bool is_short_secret(std::string_view secret);

}  // namespace alohook
