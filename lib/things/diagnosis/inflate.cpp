#include "things/diagnosis/inflate.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace alohook {
namespace {

constexpr std::size_t longest_code = 15;
constexpr unsigned end_of_block = 256;

// RFC 1951, section 3.2.5: what the length and distance symbols start at, and their extra bits.
constexpr std::uint16_t length_base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::uint8_t length_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::uint16_t distance_base[] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                                           193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr std::uint8_t distance_bits[] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                          6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/// A canonical Huffman code: how many codes there are of each length, and the symbols in order of their codes.
struct HuffmanCode {
  std::array<std::uint16_t, longest_code + 1> count{};
  std::vector<std::uint16_t> symbols;
};

/// Builds the code from each symbol's length; nullopt when there are more codes than fit.
std::optional<HuffmanCode> code_of(std::span<const std::uint8_t> lengths) {
  HuffmanCode code;
  for (const std::uint8_t length : lengths) ++code.count[length];
  int left = 1;
  std::array<std::uint16_t, longest_code + 2> start{};
  for (std::size_t length = 1; length <= longest_code; ++length) {
    left = 2 * left - code.count[length];
    if (left < 0) return std::nullopt;
    start[length + 1] = static_cast<std::uint16_t>(start[length] + code.count[length]);
  }
  code.symbols.resize(lengths.size());
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    if (lengths[symbol] != 0) code.symbols[start[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
  }
  code.count[0] = 0;
  return code;
}

class Inflater {
 public:
  Inflater(std::string_view data, std::size_t max_size) : data_(data), max_size_(max_size) {}

  std::optional<std::string> run() {
    for (bool is_last = false; !is_last;) {
      is_last = bits(1) == 1;
      const unsigned type = bits(2);
      const bool ok = type == 0 ? stored() : type == 1 ? fixed() : type == 2 && dynamic();
      if (!ok || failed_) return std::nullopt;
    }
    return std::move(out_);
  }

  /// Where the first byte after the compressed data is.
  std::size_t end() const { return at_; }

 private:
  /// Takes bits, the lowest first; sets `failed_` at the end of the data.
  unsigned bits(unsigned count) {
    while (held_count_ < count) {
      if (at_ == data_.size()) {
        failed_ = true;
        return 0;
      }
      held_ |= static_cast<std::uint32_t>(static_cast<unsigned char>(data_[at_++])) << held_count_;
      held_count_ += 8;
    }
    const unsigned value = held_ & ((1u << count) - 1);
    held_ >>= count;
    held_count_ -= count;
    return value;
  }

  /// Reads one symbol, or returns nullopt at the end of the data or for a code that has none.
  std::optional<unsigned> symbol(const HuffmanCode& code) {
    int value = 0, first = 0, index = 0;
    for (std::size_t length = 1; length <= longest_code; ++length) {
      value |= static_cast<int>(bits(1));
      if (failed_) return std::nullopt;
      const int count = code.count[length];
      if (value - count < first) return code.symbols[static_cast<std::size_t>(index + value - first)];
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    return std::nullopt;
  }

  bool stored() {
    held_ = held_count_ = 0;
    const unsigned size = bits(16), complement = bits(16);
    if (failed_ || size != (~complement & 0xFFFF) || data_.size() - at_ < size || out_.size() + size > max_size_) return false;
    out_ += data_.substr(at_, size);
    at_ += size;
    return true;
  }

  bool fixed() {
    std::array<std::uint8_t, 288> lengths{};
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    }
    std::array<std::uint8_t, 30> distances{};
    distances.fill(5);
    return block(*code_of(lengths), *code_of(distances));
  }

  bool dynamic() {
    constexpr std::uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    const unsigned length_count = bits(5) + 257, distance_count = bits(5) + 1, order_count = bits(4) + 4;
    if (failed_ || length_count > 286 || distance_count > 30) return false;
    std::array<std::uint8_t, 19> lengths_of_lengths{};
    for (unsigned i = 0; i < order_count; ++i) lengths_of_lengths[order[i]] = static_cast<std::uint8_t>(bits(3));
    const auto code = code_of(lengths_of_lengths);
    std::vector<std::uint8_t> lengths;
    while (code && lengths.size() < length_count + distance_count) {
      const auto next = symbol(*code);
      if (!next || (*next == 16 && lengths.empty())) return false;
      if (*next < 16) {
        lengths.push_back(static_cast<std::uint8_t>(*next));
        continue;
      }
      const std::uint8_t repeated = *next == 16 ? lengths.back() : std::uint8_t{0};
      const unsigned times = *next == 16 ? 3 + bits(2) : *next == 17 ? 3 + bits(3) : 11 + bits(7);
      lengths.insert(lengths.end(), times, repeated);
    }
    if (!code || failed_ || lengths.size() != length_count + distance_count) return false;
    const auto literals = code_of(std::span(lengths).first(length_count));
    const auto distances = code_of(std::span(lengths).subspan(length_count));
    return literals && distances && block(*literals, *distances);
  }

  bool block(const HuffmanCode& literals, const HuffmanCode& distances) {
    while (const auto next = symbol(literals)) {
      if (*next == end_of_block) return true;
      if (out_.size() >= max_size_) return false;
      if (*next < end_of_block) {
        out_ += static_cast<char>(*next);
      } else if (!copy(*next - end_of_block - 1, distances)) {
        return false;
      }
    }
    return false;
  }

  bool copy(std::size_t length_symbol, const HuffmanCode& distances) {
    if (length_symbol >= std::size(length_base)) return false;
    const std::size_t length = length_base[length_symbol] + bits(length_bits[length_symbol]);
    const auto distance_symbol = symbol(distances);
    if (!distance_symbol || *distance_symbol >= std::size(distance_base)) return false;
    const std::size_t distance = distance_base[*distance_symbol] + bits(distance_bits[*distance_symbol]);
    if (failed_ || distance > out_.size() || out_.size() + length > max_size_) return false;
    for (std::size_t i = 0; i < length; ++i) out_ += out_[out_.size() - distance];
    return true;
  }

  std::string_view data_;
  std::size_t max_size_;
  std::size_t at_ = 0;
  std::uint32_t held_ = 0;
  unsigned held_count_ = 0;
  bool failed_ = false;
  std::string out_;
};

/// Returns where a gzip header ends; nullopt when there is none.
std::optional<std::size_t> after_gzip_header(std::string_view data) {
  constexpr std::size_t fixed_part = 10;
  if (data.size() < fixed_part || !data.starts_with("\x1f\x8b\x08")) return std::nullopt;
  const auto flags = static_cast<unsigned char>(data[3]);
  std::size_t at = fixed_part;
  if (flags & 4) {
    if (data.size() < at + 2) return std::nullopt;
    at += 2 + static_cast<unsigned char>(data[at]) + 256u * static_cast<unsigned char>(data[at + 1]);
  }
  for (const int text : {8, 16}) {  // file name, comment
    if (!(flags & text)) continue;
    at = data.find('\0', at);
    if (at == std::string_view::npos) return std::nullopt;
    ++at;
  }
  if (flags & 2) at += 2;
  return at <= data.size() ? std::optional(at) : std::nullopt;
}

bool has_zlib_header(std::string_view data) {
  if (data.size() < 2) return false;
  const unsigned first = static_cast<unsigned char>(data[0]), second = static_cast<unsigned char>(data[1]);
  return (first & 15) == 8 && (first >> 4) < 8 && (256 * first + second) % 31 == 0 && !(second & 32);
}

std::optional<std::string> inflate(std::string_view data, std::size_t trailer, std::size_t max_size) {
  Inflater inflater(data, max_size);
  auto text = inflater.run();
  return text && data.size() - inflater.end() == trailer ? std::move(text) : std::nullopt;
}

}  // namespace

std::optional<std::string> decompress(std::string_view data, std::size_t max_size) {
  constexpr std::size_t gzip_trailer = 8, zlib_header = 2, zlib_trailer = 4;
  if (const auto start = after_gzip_header(data)) return inflate(data.substr(*start), gzip_trailer, max_size);
  if (has_zlib_header(data)) {
    if (auto text = inflate(data.substr(zlib_header), zlib_trailer, max_size)) return text;
  }
  return inflate(data, 0, max_size);
}

}  // namespace alohook
