#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// JSON as it is written: a tree of slices of the original bytes. Nothing is converted, so big integers,
/// `1.0`, escapes, duplicate keys and the order of keys are all still there. nlohmann/json, which converts,
/// is for JSON that alohook writes itself.
///
/// The tree is kept flat, in the order of the text; the text must outlive it.
class JsonText {
 public:
  enum class Kind : std::uint8_t { object, array, string, number, literal };

  /// A value's place in the tree.
  using Index = std::uint32_t;

  struct Limits {
    std::size_t depth = 200;         ///< deeper text is refused
    std::size_t values = 1'000'000;  ///< text with more values is refused
    std::size_t record_depth =
        1000;  ///< values deeper than this are checked but not kept; 1 keeps the root's members
  };

  /// Reads strictly after RFC 8259, in UTF-8 and without a byte order mark; nullopt when `text` is not that
  /// or breaks a limit. Texts of 4 GiB and more are refused.
  static std::optional<JsonText> parse(std::string_view text);
  static std::optional<JsonText> parse(std::string_view text, const Limits& limits);

  static constexpr Index root = 0;

  Kind kind(Index value) const { return values_[value].kind; }
  /// The value's exact bytes; a string's with its quotes.
  std::string_view raw(Index value) const;
  /// The exact bytes of the member's key with its quotes; empty for array items and the root.
  std::string_view raw_key(Index value) const;
  /// Where the value starts in the text.
  std::size_t offset(Index value) const { return values_[value].begin; }

  /// The members or items of an object or array, in order. Empty for anything else.
  std::vector<Index> children(Index value) const;
  bool has_children(Index value) const;
  /// The first child and the one after, for walking without a list; `none` at the end.
  static constexpr Index none = 0xFFFFFFFF;
  Index first_child(Index value) const;
  Index next_sibling(Index value, Index parent) const;

  /// The last member with this key, as most parsers have it, compared after unescaping; nullopt without one.
  std::optional<Index> member(Index object, std::string_view key) const;

 private:
  friend class JsonTextParser;
  struct Value {
    std::uint32_t begin, end;          // bytes of the value
    std::uint32_t key_begin, key_end;  // bytes of its key; equal when there is none
    Index past;                        // the first value that is not inside this one
    Kind kind;
  };
  std::string_view text_;
  std::vector<Value> values_;
};

/// Returns the characters of a JSON string given with its quotes, as UTF-8; a lone surrogate becomes U+FFFD.
std::string unescape_json_string(std::string_view raw);

/// Writes a JSON string with quotes. What a terminal would obey or hide is escaped, so the line is safe to show;
/// the value is the same. Bytes that are not UTF-8 become U+FFFD.
std::string quote_json_string(std::string_view text);
/// The same at the end of `out`, which is cheaper for long texts.
void append_json_string(std::string& out, std::string_view text);

}  // namespace alohook
