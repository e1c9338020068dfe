#include "signing/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/codec.h"
#include "base/text.h"

namespace alohook {
namespace {

constexpr std::string_view version_prefix = "v0=";
constexpr std::size_t max_timestamp_digits = 18;  // fits 64 bits with room for arithmetic

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

/// The one value of a header, or what is wrong with it.
struct SingleValue {
  std::string_view value;
  bool is_missing = false;
  bool is_ambiguous = false;
};

SingleValue single_value(const Headers& headers, std::string_view name) {
  const auto values = header_values(headers, name);
  if (values.empty() || (values.size() == 1 && values[0].empty())) return {{}, true, false};
  return {values[0], false, values.size() > 1};
}

/// Returns which secret made the MAC, counted from 1.
std::optional<std::size_t> secret_that_fits(const Secrets& secrets, std::string_view timestamp,
                                            std::string_view body, const std::string& given) {
  std::optional<std::size_t> fits;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const Sha256 expected = mac(secrets[i], timestamp, body);
    if (equal_constant_time(bytes_of(expected), given) && !fits) fits = i + 1;
  }
  return fits;
}

Verdict verdict_for_age(std::int64_t age_s, std::chrono::seconds tolerance) {
  if (age_s > tolerance.count()) return Verdict::stale;
  if (age_s < -tolerance.count()) return Verdict::future;
  return Verdict::valid;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::v0:
      return "v0";
    case Encoding::hex:
      return "hex";
    case Encoding::base64:
      return "base64";
  }
  return "";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid:
      return "valid";
    case Verdict::invalid:
      return "invalid";
    case Verdict::stale:
      return "stale";
    case Verdict::future:
      return "future";
    case Verdict::missing_signature:
      return "missing-signature";
    case Verdict::missing_timestamp:
      return "missing-timestamp";
    case Verdict::malformed_signature:
      return "malformed-signature";
    case Verdict::malformed_timestamp:
      return "malformed-timestamp";
  }
  return "";
}

Sha256 mac(const Secret& secret, std::string_view timestamp, std::string_view body) {
  return hmac_sha256(secret.bytes(), {"v0:", timestamp, ":", body});
}

std::string encode(const Sha256& mac, Encoding encoding) {
  switch (encoding) {
    case Encoding::v0:
      return std::string(version_prefix) + hex_encode(bytes_of(mac));
    case Encoding::hex:
      return hex_encode(bytes_of(mac));
    case Encoding::base64:
      return base64_encode(bytes_of(mac));
  }
  return {};
}

std::optional<ParsedMac> parse_mac(std::string_view value) {
  const bool has_version = value.starts_with(version_prefix);
  const std::string_view digits = has_version ? value.substr(version_prefix.size()) : value;
  if (digits.size() == 2 * sha256_size && is_lower_hex(digits)) {
    return ParsedMac{*hex_decode(digits), has_version ? Encoding::v0 : Encoding::hex};
  }
  auto bytes = base64_decode(value);
  if (!bytes || bytes->size() != sha256_size) return std::nullopt;
  return ParsedMac{std::move(*bytes), Encoding::base64};
}

std::optional<std::int64_t> parse_timestamp(std::string_view value) {
  const bool is_decimal = value.find_first_not_of("0123456789") == std::string_view::npos;
  if (value.empty() || value.size() > max_timestamp_digits || !is_decimal) return std::nullopt;
  std::int64_t seconds = 0;
  std::from_chars(value.data(), value.data() + value.size(), seconds);
  return seconds;
}

Headers sign(const Secret& secret, std::string_view timestamp, std::string_view body, Encoding encoding) {
  return {{std::string(timestamp_header), std::string(timestamp)},
          {std::string(signature_header), encode(mac(secret, timestamp, body), encoding)}};
}

Verification verify(const Secrets& secrets, const Headers& headers, std::string_view body, Time now,
                    const VerificationPolicy& policy) {
  Verification result;
  const SingleValue signature = single_value(headers, signature_header);
  const SingleValue timestamp = single_value(headers, timestamp_header);
  const auto refuse = [&result](Verdict verdict, std::string detail = {}) {
    result.verdict = verdict;
    result.detail = std::move(detail);
    return result;
  };

  const auto seconds = parse_timestamp(timestamp.value);
  if (seconds && !timestamp.is_ambiguous) result.age_s = unix_seconds(now) - *seconds;
  const auto given = parse_mac(signature.value);
  if (given) result.encoding = given->encoding;

  if (signature.is_missing) return refuse(Verdict::missing_signature);
  if (timestamp.is_missing) return refuse(Verdict::missing_timestamp);
  if (signature.is_ambiguous) return refuse(Verdict::malformed_signature, "the header came more than once");
  if (!given) return refuse(Verdict::malformed_signature, "not a MAC as v0=<hex>, <hex> or base64");
  if (policy.encoding && given->encoding != *policy.encoding) {
    return refuse(
        Verdict::malformed_signature,
        fmt::format("encoded as {}, not as {}", name_of(given->encoding), name_of(*policy.encoding)));
  }
  if (timestamp.is_ambiguous) return refuse(Verdict::malformed_timestamp, "the header came more than once");
  if (!seconds) return refuse(Verdict::malformed_timestamp, "not a number of seconds in decimal digits");

  result.secret = secret_that_fits(secrets, timestamp.value, body, given->bytes);
  result.verdict = result.secret ? verdict_for_age(*result.age_s, policy.tolerance) : Verdict::invalid;
  return result;
}

}  // namespace alohook
