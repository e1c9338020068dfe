#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/forms/form.h"

namespace alohook {

/// Returns the keys that real-world code derives from a secret, starting with the secret itself. The notes never
/// contain its characters.
std::vector<Form> secret_forms(std::string_view secret);

}  // namespace alohook
