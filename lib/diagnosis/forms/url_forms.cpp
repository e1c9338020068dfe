#include "diagnosis/forms/url_forms.h"

#include "base/codec.h"
#include "base/text.h"

namespace alohook {

std::string url_encode(std::string_view text, std::string_view unreserved, UrlSpace space) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() * 2);
  for (const char c : text) {
    if (is_alphanumeric(c) || unreserved.find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ' && space == UrlSpace::plus) {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string url_decode(std::string_view text, UrlSpace space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? hex_decode(text.substr(i + 1, 2)) : std::nullopt;
    const bool is_escape = byte && byte->size() == 1;
    const bool is_blank = text[i] == '+' && space == UrlSpace::plus;
    out += is_escape ? (*byte)[0] : is_blank ? ' ' : text[i];
    if (is_escape) i += 2;
  }
  return out;
}

}  // namespace alohook
