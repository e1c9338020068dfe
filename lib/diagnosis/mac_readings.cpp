#include "diagnosis/mac_readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "base/visible.h"
#include "diagnosis/forms/url_forms.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::size_t longest_value = 4096;
constexpr std::size_t most_parts = 16;
constexpr std::string_view blanks_and_quotes = " \t\r\n\"'`";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

constexpr std::string_view prefixes[] = {
    "v0=",     "v0:",     "v0,",   "v0.",          "v1=",        "v1:",   "v1,",
    "sha256=", "sha256:", "sha1=", "sha512=",      "md5=",       "0x",    "V0=",
    "SHA256=", "hmac=",   "s=",    "hmac-sha256=", "signature=", "HMAC ", "b'"};

/// The digest sizes that name a hash by themselves.
struct KnownSize {
  std::size_t bytes;
  std::string_view name;
};
constexpr KnownSize other_sizes[] = {{16, "MD5"}, {20, "SHA-1"}, {64, "SHA-512"}};

/// A value without its prefixes.
struct Stripped {
  std::string_view digits;
  std::string prefix;
};

Stripped strip(std::string_view part) {
  Stripped result{trimmed(part, blanks_and_quotes), {}};
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view prefix : prefixes) {
      if (!result.digits.starts_with(prefix)) continue;
      result.prefix += prefix;
      result.digits = trimmed(result.digits.substr(prefix.size()), blanks_and_quotes);
      found = true;
    }
  }
  return result;
}

bool is_hex(std::string_view text) { return text.find_first_not_of(hex_digits) == std::string_view::npos; }

/// Bytes that a value stands for, and how they are written.
struct Decoded {
  std::string bytes;
  std::string_view manner;
};

std::optional<Decoded> decode(std::string_view digits) {
  if (is_hex(digits)) {
    auto bytes = hex_decode(digits.substr(0, digits.size() / 2 * 2));
    if (!bytes) return std::nullopt;
    const bool is_lower = std::ranges::none_of(digits, [](char c) { return c >= 'A' && c <= 'F'; });
    return Decoded{std::move(*bytes), is_lower ? "in hex" : "in upper-case hex"};
  }
  const std::string text = url_decode(digits, UrlSpace::percent);
  auto bytes = base64_decode_lenient(text);
  // A cut may have left a lone last character, which no decoder takes.
  if (!bytes && text.size() > 1)
    bytes = base64_decode_lenient(std::string_view(text).substr(0, text.size() - 1));
  if (!bytes) return std::nullopt;
  if (bytes->size() >= 2 * sha256_size && is_hex(*bytes)) {
    if (auto inner = hex_decode(*bytes)) return Decoded{std::move(*inner), "as Base64 of the hex digits"};
  }
  if (text != digits) return Decoded{std::move(*bytes), "in percent-encoded Base64"};
  const bool is_url = text.find_first_of("-_") != std::string::npos;
  const bool is_strict = base64_decode(text).has_value();
  return Decoded{std::move(*bytes), is_url      ? "in base64url"
                                    : is_strict ? "in Base64"
                                                : "in Base64 without padding"};
}

std::string note_of(const Stripped& stripped, const Decoded& decoded) {
  if (stripped.prefix.empty()) return fmt::format("is written {}", decoded.manner);
  return fmt::format("is written {} after \"{}\"", decoded.manner, stripped.prefix);
}

/// Adds what one value may stand for; `split` says that it is one of several.
void add_readings(std::vector<MacReading>& readings, std::string_view part, bool split,
                  std::optional<Encoding> wanted) {
  const auto strict = parse_mac(part);
  const bool is_wanted = strict && (!wanted || strict->encoding == *wanted);
  std::vector<CauseId> causes;
  if (split) causes.push_back(several_signatures);
  if (is_wanted) {
    readings.push_back({strict->bytes, causes, split ? "is one of several in the header" : ""});
    return;
  }
  const Stripped stripped = strip(part);
  const auto decoded =
      strict ? std::optional(
                   Decoded{strict->bytes, strict->encoding == Encoding::base64 ? "in Base64" : "in hex"})
             : decode(stripped.digits);
  if (!decoded) return;
  const std::size_t size = decoded->bytes.size();
  const bool is_plain = stripped.prefix.empty() || (stripped.prefix == "v0=" && decoded->manner == "in hex");
  const bool is_known_size = std::ranges::find(other_sizes, size, &KnownSize::bytes) != std::end(other_sizes);
  const bool is_usual = decoded->manner == "in hex" || decoded->manner == "in Base64" ||
                        (!is_known_size && decoded->manner == "in Base64 without padding");
  // Where only the length is wrong, the writing itself is not to blame.
  std::vector<CauseId> written = causes;
  if (!is_plain || !is_usual || size == sha256_size) written.push_back(other_encoding);
  const std::string note = note_of(stripped, *decoded);
  if (size == sha256_size || is_known_size) readings.push_back({decoded->bytes, written, note});
  if (size > sha256_size) {
    std::vector<CauseId> longer = causes;
    longer.push_back(other_encoding);
    readings.push_back({decoded->bytes.substr(0, sha256_size), longer,
                        fmt::format("is followed by {} more bytes", size - sha256_size)});
  }
  if (size < sha256_size && size >= shortest_prefix) {
    const std::string how = written == causes ? "" : note + " and ";
    written.push_back(mac_truncated);
    readings.push_back({decoded->bytes, written, fmt::format("{}has {} bytes of 32", how, size), true});
  }
}

/// Splits at commas, semicolons and blanks; a `v1,` prefix stays with its value.
std::vector<std::string_view> parts_of(std::string_view value) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= value.size() && parts.size() < most_parts; ++i) {
    const bool is_end =
        i == value.size() || value[i] == ' ' || value[i] == ',' || value[i] == ';' || value[i] == '\t';
    if (!is_end) continue;
    const std::string_view part = value.substr(start, i - start);
    if (i < value.size() && value[i] == ',' && (part == "v0" || part == "v1")) continue;
    if (!part.empty()) parts.push_back(part);
    start = i + 1;
  }
  return parts;
}

bool is_stripe_timestamp(std::string_view part) {
  return part.starts_with("t=") && parse_timestamp(part.substr(2));
}

}  // namespace

std::vector<MacReading> read_mac(std::string_view value, std::optional<Encoding> wanted) {
  std::vector<MacReading> readings;
  if (value.size() > longest_value) return readings;
  std::vector<std::string_view> parts = parts_of(value);
  const bool is_stripe = !parts.empty() && is_stripe_timestamp(parts[0]);
  std::erase_if(parts, is_stripe_timestamp);
  if (!is_stripe || parts.size() != 1) add_readings(readings, value, false, wanted);
  if (is_stripe && parts.size() == 1) {
    add_readings(readings, parts[0], false, wanted);
    for (MacReading& reading : readings) {
      if (reading.causes.empty()) reading.causes.push_back(other_encoding);
      reading.note = "is written as Stripe does, t=…,v1=…";
    }
  } else if (parts.size() > 1) {
    for (const std::string_view part : parts) add_readings(readings, part, true, wanted);
  }
  return readings;
}

std::optional<ShapeRemark> look_at_mac(std::string_view value) {
  if (parse_mac(value)) return std::nullopt;
  const std::vector<std::string_view> parts = parts_of(value);
  if (parts.size() > 1 && is_stripe_timestamp(parts[0])) {
    return ShapeRemark{other_encoding, "the signature is written as Stripe does, t=…,v1=…"};
  }
  if (parts.size() > 1)
    return ShapeRemark{several_signatures, fmt::format("the header holds {} values", parts.size())};
  const Stripped stripped = strip(value);
  const auto decoded = stripped.digits.empty() ? std::nullopt : decode(stripped.digits);
  if (!decoded) {
    return ShapeRemark{other_encoding, fmt::format("the signature \"{}\" is neither hex nor Base64",
                                                   visible(value.substr(0, 80)))};
  }
  const std::size_t size = decoded->bytes.size();
  const auto known = std::ranges::find(other_sizes, size, &KnownSize::bytes);
  if (known != std::end(other_sizes)) {
    return ShapeRemark{other_hash,
                       fmt::format("{} bytes are the length of {}; SHA-256 has 32", size, known->name)};
  }
  if (size < sha256_size) {
    return ShapeRemark{mac_truncated, fmt::format("the signature holds {} of the 32 bytes of SHA-256", size)};
  }
  return ShapeRemark{
      other_encoding,
      fmt::format("the signature {}", size == sha256_size
                                          ? note_of(stripped, *decoded)
                                          : fmt::format("has {} bytes where SHA-256 has 32", size))};
}

}  // namespace alohook
