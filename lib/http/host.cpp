#include "http/host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace alohook {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_hexadecimal(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

bool is_unreserved_or_delimiter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 &&
         (std::isalnum(byte) != 0 || std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos);
}

bool is_registered_name(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%') {
      if (i + 2 >= name.size() || !is_hexadecimal(name[i + 1]) || !is_hexadecimal(name[i + 2])) return false;
      i += 2;
    } else if (!is_unreserved_or_delimiter(name[i])) {
      return false;
    }
  }
  return true;
}

/// Returns whether this may be between brackets: an IPv6 address, or `v`, a version, a dot and an address in a future
/// format.
bool is_literal_address(const std::string& text) {
  in6_addr address{};
  if (inet_pton(AF_INET6, text.c_str(), &address) == 1) return true;
  const std::size_t dot = text.find('.');
  return dot != std::string::npos && dot > 1 && dot + 1 < text.size() && (text[0] == 'v' || text[0] == 'V') &&
         std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(dot), is_hexadecimal) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dot) + 1, text.end(),
                     [](char c) { return c == ':' || is_unreserved_or_delimiter(c); });
}

}  // namespace

bool is_host_and_port(std::string_view text) {
  const bool is_literal = text.starts_with('[');
  const std::size_t end = is_literal ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == text.npos) return false;
  const std::string_view port = text.substr(is_literal ? end + 1 : end);
  const bool is_port_valid =
      port.empty() || (port[0] == ':' && std::ranges::all_of(port.substr(1), is_decimal));
  return is_port_valid && (is_literal ? is_literal_address(std::string(text.substr(1, end - 1)))
                                      : is_registered_name(text.substr(0, end)));
}

}  // namespace alohook
