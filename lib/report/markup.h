#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Makes untrusted bytes safe as text or as an attribute's value in XML and HTML: what neither can hold, and what would
/// deceive a reader, is made visible as in `visible_lines`; the five special characters, and the second of two number signs,
/// become entities.
std::string escape_markup(std::string_view bytes);

}  // namespace alohook
