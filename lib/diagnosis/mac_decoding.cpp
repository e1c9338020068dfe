#include "diagnosis/mac_decoding.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/text.h"
#include "diagnosis/forms/url_forms.h"

namespace alohook {
namespace {

constexpr std::size_t shortest_digest = 8;  // bytes

/// Removes the separators between the bytes of hex digits, and describes them.
std::optional<DecodedMac> separated_hex(std::string_view text) {
  struct Separator {
    std::string_view mark, note, fix;
  };
  constexpr Separator separators[] = {
      {"\\x", "in hex with \\x before each byte", "Write the digits alone."},
      {"%", "in hex with % before each byte", "Write the digits alone."},
      {", 0x", "in hex with 0x before each byte", "Write the digits alone."},
      {",0x", "in hex with 0x before each byte", "Write the digits alone."},
      {" 0x", "in hex with 0x before each byte", "Write the digits alone."},
      {"-", "in hex with dashes (BitConverter.ToString)",
       "C#: Convert.ToHexString(mac).ToLowerInvariant() instead of BitConverter.ToString(mac)"},
      {":", "in hex with colons (openssl dgst -c)", "Leave out openssl's -c, or remove the colons."},
      {" ", "in hex with spaces", "Remove the spaces."},
      {"\r\n", "in hex, broken across lines", "Join the lines: the value was wrapped when it was copied."},
      {"\n", "in hex, broken across lines", "Join the lines: the value was wrapped when it was copied."},
      {",", "in hex with commas", "Remove the commas."},
      {"_", "in hex with underscores", "Remove the underscores."},
      {".", "in hex with periods", "Remove the periods."},
  };
  for (const auto& [mark, note, fix] : separators) {
    if (text.find(mark) == std::string_view::npos) continue;
    const std::string digits = replaced(text.starts_with("0x") ? text.substr(2) : text, mark, "");
    auto bytes = is_hex(digits) ? hex_decode(digits) : std::nullopt;
    if (bytes && bytes->size() >= shortest_digest)
      return DecodedMac{std::move(*bytes), std::string(note), fix};
  }
  return std::nullopt;
}

/// Parses bytes given as decimal numbers: `77, 169, …`, Java's `77, -87, …`, and JSON.stringify of a Buffer.
std::optional<DecodedMac> decimal_bytes(std::string_view text) {
  const std::size_t data = text.find("\"data\":[");
  const bool is_buffer = data != std::string_view::npos;
  if (is_buffer) text = trimmed(text.substr(data + 8), "]} ");
  if (text.find_first_not_of("0123456789-, \t\r\n") != std::string_view::npos) return std::nullopt;
  std::string bytes;
  while (!(text = trimmed(text, ", \t\r\n")).empty()) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < -128 || value > 255) return std::nullopt;
    bytes += static_cast<char>(value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (bytes.size() < sha256_size / 2) return std::nullopt;
  return DecodedMac{std::move(bytes),
                    is_buffer ? "as JSON.stringify prints a Buffer" : "as a list of decimal bytes",
                    "Write the digest as hex, for example with digest('hex')."};
}

std::optional<DecodedMac> base64_bytes(std::string_view digits) {
  const bool has_spaces = digits.find(' ') != std::string_view::npos;
  std::string text = url_decode(digits, UrlSpace::percent);
  const bool is_percent = text != digits;
  if (text.find("&#") != std::string::npos)
    text = replaced(replaced(replaced(text, "&#43;", "+"), "&#61;", "="), "&#x3D;", "=");
  const bool is_escaped = !is_percent && text != digits;
  const std::string joined = replaced(replaced(text, "\r", ""), "\n", "");
  const bool is_broken = joined != text;
  text = replaced(joined, " ", "+");
  auto bytes = base64_decode_lenient(text);
  // Truncation may have left a lone last character, which no decoder accepts.
  if (!bytes && text.size() > 1)
    bytes = base64_decode_lenient(std::string_view(text).substr(0, text.size() - 1));
  if (!bytes) return std::nullopt;
  const std::string_view inside =
      bytes->starts_with("v0=") ? std::string_view(*bytes).substr(3) : std::string_view(*bytes);
  if (inside.size() >= hex_size && is_hex(inside)) {
    if (auto inner = hex_decode(inside))
      return DecodedMac{std::move(*inner), "as Base64 of the hex digits",
                        "Encode once: the digest as hex, or its raw bytes as Base64."};
  }
  if (auto inner = base64_decode(*bytes); inner && inner->size() == sha256_size)
    return DecodedMac{std::move(*inner), "as Base64 of Base64", "Encode once."};
  if (has_spaces)
    return DecodedMac{std::move(*bytes), "in Base64 with spaces where + belongs",
                      "Don't form-decode the header."};
  if (is_percent)
    return DecodedMac{std::move(*bytes), "in percent-encoded Base64", "Don't URL-encode the header."};
  if (is_escaped)
    return DecodedMac{std::move(*bytes), "in Base64 escaped for HTML", "Don't escape the header."};
  if (is_broken)
    return DecodedMac{std::move(*bytes), "in Base64 broken across lines",
                      "Use an encoder without line breaks."};
  const bool is_url = text.find_first_of("-_") != std::string::npos;
  if (is_url) return DecodedMac{std::move(*bytes), "in base64url"};
  return DecodedMac{std::move(*bytes), base64_decode(text) ? "in Base64" : "in Base64 without padding"};
}

/// Replaces letters that look like digits, as in text that was retyped or recognized by OCR.
std::optional<DecodedMac> retyped_hex(std::string_view text) {
  std::string digits(text);
  for (char& c : digits) c = c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' || c == '|' ? '1' : c;
  if (digits == text || digits.size() != hex_size || !is_hex(digits)) return std::nullopt;
  return DecodedMac{*hex_decode(digits), "with letters that look like digits (O for 0, l for 1)",
                    "Copy it instead of typing it."};
}

}  // namespace

std::optional<DecodedMac> decode_mac(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  if (is_hex(digits)) {
    auto bytes = hex_decode(digits.substr(0, digits.size() / 2 * 2));
    if (!bytes) return std::nullopt;
    const std::string inner = bytes->starts_with("v0=") ? bytes->substr(3) : *bytes;
    if (inner.size() == hex_size && is_hex(inner))
      return DecodedMac{*hex_decode(inner), "as hex of the hex digits", "Encode once."};
    const bool is_lower = std::ranges::none_of(digits, is_upper);
    const bool is_mixed =
        !is_lower && std::ranges::any_of(digits, [](char c) { return is_letter(c) && !is_upper(c); });
    return DecodedMac{std::move(*bytes),
                      is_lower   ? "in hex"
                      : is_mixed ? "in hex of mixed case"
                                 : "in upper-case hex",
                      is_lower ? "" : "Write the digits in lower case."};
  }
  if (auto decoded = decimal_bytes(digits)) return decoded;
  if (auto decoded = separated_hex(digits)) return decoded;
  if (auto decoded = retyped_hex(digits)) return decoded;
  return base64_bytes(digits);
}

bool is_hex(std::string_view text) { return std::ranges::all_of(text, is_hex_digit); }

}  // namespace alohook
