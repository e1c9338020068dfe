#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/forms/form.h"

namespace alohook {

/// The keys that code in the wild makes of a secret, as it stands first. The notes never show its characters.
std::vector<Form> secret_forms(std::string_view secret);

}  // namespace alohook
