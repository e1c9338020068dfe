#include "diagnosis/mac_readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "base/visible.h"
#include "diagnosis/forms/charsets.h"
#include "diagnosis/mac_decoding.h"
#include "diagnosis/mac_text.h"

namespace alohook {
namespace {

using enum CauseId;
using Part = MacReading::Part;

constexpr std::size_t longest_value = 4096;
constexpr std::size_t most_parts = 16;
constexpr std::size_t most_zeros_lost = 8;
constexpr int most_changed_digits = 2;

/// The digest sizes that identify a hash function.
struct KnownSize {
  std::size_t bytes;
  std::string_view name;
};
constexpr KnownSize other_sizes[] = {{16, "MD5"}, {20, "SHA-1"}, {64, "SHA-512"}};

// Lossy ways to encode a digest.

/// Encodes every byte without its leading zero, like byte.toString(16) and Integer.toHexString.
std::string unpadded_hex(std::string_view digest) {
  std::string out;
  for (const char c : digest) out += fmt::format("{:x}", static_cast<unsigned char>(c));
  return out;
}

/// Encodes like Java's Integer.toHexString(b) of a signed byte: ffffffa9.
std::string sign_extended_hex(std::string_view digest) {
  std::string out;
  for (const char c : digest) out += fmt::format("{:x}", static_cast<unsigned>(static_cast<signed char>(c)));
  return out;
}

std::string lower_base64(std::string_view digest) { return lower_case(base64_encode(digest)); }

std::string upper_base64(std::string_view digest) {
  std::string out = base64_encode(digest);
  for (char& c : out) c = upper_case(c);
  return out;
}

std::string base32(std::string_view digest) {
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : digest) {
    bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    for (count += 8; count >= 5; count -= 5)
      out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits >> (count - 5) & 31];
  }
  if (count > 0) out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits << (5 - count) & 31];
  return out;
}

std::string latin1_text(std::string_view digest) { return utf8_from_single_byte(digest, SingleByte::latin1); }
std::string lossy_text(std::string_view digest) {
  return decode_lossy(digest, IllFormed::maximal_part, "\xEF\xBF\xBD");
}
std::string raw_bytes(std::string_view digest) { return std::string(digest); }

/// Collects the possible interpretations of a single value.
class Reader {
 public:
  Reader(std::string_view value, bool is_split, std::optional<Encoding> wanted)
      : value_(value), is_split_(is_split), wanted_(wanted) {}

  std::vector<MacReading> read() {
    const auto strict = parse_mac(value_);
    if (strict && (!wanted_ || strict->encoding == *wanted_)) {
      add(strict->bytes, {}, is_split_ ? "one of several in the header" : "");
      if (strict->encoding != Encoding::base64) {
        add(strict->bytes, {mac_altered},
            fmt::format("with up to {} of its digits changed", most_changed_digits));
        readings_.back().changed_digits = most_changed_digits;
      }
      add_lossy(std::string(value_));
      return std::move(readings_);
    }
    const BareMac bare = bare_mac(value_);
    faults_ = bare.faults;
    if (strict) {
      add(strict->bytes, {other_encoding}, strict->encoding == Encoding::base64 ? "in Base64" : "in hex");
    } else {
      read_digits(bare);
    }
    add_lossy(bare.digits);
    return std::move(readings_);
  }

 private:
  void read_digits(const BareMac& bare) {
    const auto decoded = decode_mac(bare.digits);
    if (!decoded) return;
    const std::size_t size = decoded->bytes.size();
    const bool is_plain_hex = decoded->note == "in hex";
    const bool is_known_size =
        std::ranges::find(other_sizes, size, &KnownSize::bytes) != std::end(other_sizes);
    const bool is_usual = is_plain_hex || decoded->note == "in Base64" ||
                          (!is_known_size && decoded->note == "in Base64 without padding");
    const bool is_plain = faults_.empty() && (!bare.has_version || is_plain_hex);
    std::vector<TextFault> faults = faults_;
    if (!is_plain_hex || faults.empty()) faults.push_back({decoded->note, decoded->fix});
    faults_ = faults;
    // If only the length is wrong, the encoding isn't the problem.
    const bool is_written_oddly = !is_plain || !is_usual || size == sha256_size;
    const std::vector<CauseId> causes =
        is_written_oddly ? std::vector{other_encoding} : std::vector<CauseId>{};
    if (size == sha256_size || is_known_size) add(decoded->bytes, causes, joined_notes(faults));
    if (size > sha256_size) {
      add(decoded->bytes.substr(0, sha256_size), {other_encoding},
          fmt::format("followed by {} more bytes", size - sha256_size));
    }
    if (is_hex(bare.digits) && bare.digits.size() < hex_size) add_without_zeros(bare.digits);
    if (size < sha256_size && size >= shortest_prefix) add_parts(bare.digits, *decoded, causes);
  }

  void add_without_zeros(const std::string& digits) {
    const std::size_t lost = hex_size - digits.size();
    if (lost > most_zeros_lost) return;
    faults_.back() = {
        lost == 1 ? "without its leading zero" : fmt::format("without its {} leading zeros", lost),
        "Pad to 64 digits: a number such as BigInteger drops leading zeros. Use hexdigest() or "
        "digest('hex')."};
    add(*hex_decode(std::string(lost, '0') + digits), {other_encoding}, joined_notes(faults_));
  }

  void add_parts(const std::string& digits, const DecodedMac& decoded, std::vector<CauseId> causes) {
    causes.push_back(mac_truncated);
    const std::string how = causes.size() > 1 ? decoded.note + " and " : "";
    const std::size_t size = decoded.bytes.size();
    add(decoded.bytes, causes, fmt::format("{}cut to {} of its 32 bytes", how, size));
    readings_.back().part = Part::start;
    const auto end =
        is_hex(digits) ? hex_decode(std::string_view(digits).substr(digits.size() % 2)) : std::nullopt;
    add(end.value_or(decoded.bytes), causes,
        fmt::format("{}without its first {} characters", how, hex_size - std::min(hex_size, digits.size())));
    readings_.back().part = Part::end;
  }

  void add_text(std::string text, std::string_view note, std::string (*write)(std::string_view),
                std::string_view fix) {
    std::vector<TextFault> faults = faults_;
    if (!faults.empty() && faults.back().note.starts_with("in ")) faults.pop_back();
    faults.push_back({std::string(note), fix});
    faults_.swap(faults);
    add(std::move(text), {other_encoding}, joined_notes(faults_));
    readings_.back().write = write;
    faults_.swap(faults);
  }

  void add_lossy(const std::string& digits) {
    constexpr std::string_view pad_fix = "Pad every byte to two digits, for example with %02x.";
    if (is_hex(digits) && digits.size() >= sha256_size && digits.size() < hex_size) {
      add_text(lower_case(digits), "with the leading zeros of its bytes missing", unpadded_hex, pad_fix);
    }
    if (is_hex(digits) && digits.find("ffffff") != std::string::npos && digits.size() > hex_size) {
      add_text(digits, "with sign-extended bytes (Java's Integer.toHexString)", sign_extended_hex,
               "Mask the byte with & 0xff, and pad it to two digits.");
    }
    if (digits.size() == 44 && std::ranges::none_of(digits, is_upper))
      add_text(digits, "in Base64 made lower-case", lower_base64,
               "Base64 is case-sensitive: keep it as it is.");
    if (digits.size() == 44 && lower_case(digits) != digits &&
        std::ranges::none_of(digits, [](char c) { return is_letter(c) && !is_upper(c); })) {
      add_text(digits, "in Base64 made upper-case", upper_base64,
               "Base64 is case-sensitive: keep it as it is.");
    }
    if (digits.size() >= 52 && digits.size() <= 56 && digits.find_first_of("0189") == std::string::npos) {
      add_text(std::string(trimmed(digits, "=")), "in Base32", base32, "Write it as hex.");
    }
    const std::string_view bytes = value_.starts_with("v0=") ? value_.substr(3) : value_;
    if (bytes.size() == sha256_size && !is_hex(bytes))
      add_text(std::string(bytes), "as raw bytes", raw_bytes, "Write it as hex.");
    const bool has_other =
        std::ranges::any_of(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (!has_other || bytes.size() <= sha256_size || !is_utf8(bytes)) return;
    add_text(std::string(bytes), "as raw bytes in Latin-1 text", latin1_text, "Write it as hex.");
    add_text(std::string(bytes), "as raw bytes decoded as UTF-8", lossy_text,
             "Write it as hex: the raw digest isn't text.");
  }

  void add(std::string bytes, std::vector<CauseId> causes, std::string note) {
    if (is_split_) causes.insert(causes.begin(), several_signatures);
    if (is_split_ && causes.size() > 1) note = "one of several in the header, " + note;
    MacReading reading{.bytes = std::move(bytes), .causes = std::move(causes), .note = std::move(note)};
    for (const TextFault& fault : faults_) {
      if (reading.fix.empty()) reading.fix = fault.fix;
    }
    readings_.push_back(std::move(reading));
  }

  std::string_view value_;
  bool is_split_;
  std::optional<Encoding> wanted_;
  std::vector<TextFault> faults_;
  std::vector<MacReading> readings_;
};

/// Splits at commas, semicolons, spaces and tabs. A `v0,` or `v1,` prefix stays with its value.
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

/// Several values count as several MACs only if each is long enough to be one.
bool are_macs(const std::vector<std::string_view>& parts) {
  return parts.size() > 1 &&
         std::ranges::all_of(parts, [](std::string_view part) { return part.size() >= 2 * shortest_prefix; });
}

bool is_stripe_timestamp(std::string_view part) {
  return part.starts_with("t=") && parse_timestamp(part.substr(2));
}

}  // namespace

std::size_t MacReading::digest_size() const {
  const bool is_whole = part == Part::whole && write == nullptr;
  return is_whole ? bytes.size() : sha256_size;
}

bool MacReading::fits(std::string_view digest) const {
  if (digest.size() != digest_size()) return false;
  if (write != nullptr) return equal_constant_time(bytes, write(digest));
  if (changed_digits > 0) {
    const std::string given = hex_encode(bytes), right = hex_encode(digest);
    int differing = 0;
    for (std::size_t i = 0; i < given.size(); ++i) differing += given[i] != right[i];
    return differing > 0 && differing <= changed_digits;
  }
  switch (part) {
    case Part::start:
      return bytes.size() >= shortest_prefix && equal_constant_time(bytes, digest.substr(0, bytes.size()));
    case Part::end:
      return bytes.size() >= shortest_prefix &&
             equal_constant_time(bytes, digest.substr(digest.size() - bytes.size()));
    case Part::whole:
      break;
  }
  return equal_constant_time(bytes, digest);
}

std::vector<MacReading> read_mac(std::string_view value, std::optional<Encoding> wanted) {
  std::vector<MacReading> readings;
  if (value.size() > longest_value || value.empty()) return readings;
  std::vector<std::string_view> parts = parts_of(value);
  const bool is_stripe = !parts.empty() && is_stripe_timestamp(parts[0]);
  std::erase_if(parts, is_stripe_timestamp);
  if (!is_stripe || parts.size() != 1) readings = Reader(value, false, wanted).read();
  if (is_stripe && parts.size() == 1) {
    readings = Reader(parts[0], false, wanted).read();
    for (MacReading& reading : readings) {
      if (reading.causes.empty()) reading.causes.push_back(other_encoding);
      reading.note = "written as Stripe does, t=…,v1=…";
    }
  } else if (are_macs(parts)) {
    for (const std::string_view part : parts) {
      for (MacReading& reading : Reader(part, true, wanted).read()) readings.push_back(std::move(reading));
    }
  }
  return readings;
}

std::optional<ShapeRemark> look_at_mac(std::string_view value) {
  if (parse_mac(value)) return std::nullopt;
  const std::vector<std::string_view> parts = parts_of(value);
  if (parts.size() > 1 && is_stripe_timestamp(parts[0])) {
    return ShapeRemark{other_encoding, "the signature is written as Stripe does, t=…,v1=…"};
  }
  if (are_macs(parts))
    return ShapeRemark{several_signatures, fmt::format("the header has {} values", parts.size())};
  const BareMac bare = bare_mac(value);
  const auto decoded = decode_mac(bare.digits);
  if (!decoded) {
    return ShapeRemark{other_encoding, fmt::format("the signature \"{}\" is neither hex nor Base64",
                                                   visible(utf8_prefix(value, 80)))};
  }
  const std::size_t size = decoded->bytes.size();
  const auto known = std::ranges::find(other_sizes, size, &KnownSize::bytes);
  if (known != std::end(other_sizes)) {
    return ShapeRemark{other_hash,
                       fmt::format("{} bytes are the length of {}; SHA-256 has 32", size, known->name)};
  }
  if (size < sha256_size) {
    return ShapeRemark{mac_truncated, fmt::format("the signature has {} of the 32 bytes of SHA-256", size)};
  }
  if (size > sha256_size)
    return ShapeRemark{other_encoding, fmt::format("the signature has {} bytes where SHA-256 has 32", size)};
  std::vector<TextFault> faults = bare.faults;
  faults.push_back({decoded->note});
  return ShapeRemark{other_encoding, fmt::format("the signature is written {}", joined_notes(faults))};
}

}  // namespace alohook
