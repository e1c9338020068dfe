#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// JSON as a tree of slices of the original bytes. Nothing is converted, so big integers, `1.0`, escapes,
/// duplicate keys and the order of keys are preserved. nlohmann/json, which converts, is for JSON that alohook
/// writes itself.
///
/// The tree is stored flat, in the order of the text; the text must outlive it.
class JsonText {
 public:
  enum class Kind : std::uint8_t { object, array, string, number, literal };

  /// A value's place in the tree.
  using Index = std::uint32_t;

  struct Limits {
    std::size_t depth = 200;         ///< deeper text is rejected
    std::size_t values = 1'000'000;  ///< text with more values is rejected
    std::size_t record_depth =
        1000;  ///< deeper values are checked but not stored; 1 stores the root's members
  };

  /// Parses strictly by RFC 8259, in UTF-8 without a byte order mark; returns nullopt if `text` is invalid or
  /// exceeds a limit. Texts of 4 GiB and more are rejected.
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
  /// Returns the first child and the next sibling, for walking without a list; `none` at the end.
  static constexpr Index none = 0xFFFFFFFF;
  Index first_child(Index value) const;
  Index next_sibling(Index value, Index parent) const;

  /// Returns the last member with this key (like most parsers), compared after unescaping; nullopt without one.
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

}  // namespace alohook
