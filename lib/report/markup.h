#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Escapes untrusted bytes for use as text or attribute values in XML and HTML. Characters that are invalid there or
/// could deceive a reader are made visible as in `visible_lines`. The five special characters become entities.
std::string escape_markup(std::string_view bytes);

}  // namespace alohook
