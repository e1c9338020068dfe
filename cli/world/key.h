#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// A key that was pressed, or what else happened to the keyboard.
struct Key {
  enum class Kind {
    character,  ///< `text` is one character as UTF-8
    up,
    down,
    enter,
    escape,
    erase,      ///< Backspace
    resized,    ///< the terminal has another size
    suspended,  ///< keys don't come any more: the program is in the background
    resumed,    ///< they come again
  };
  Kind kind = Kind::character;
  std::string text = {};

  bool operator==(const Key&) const = default;
};

/// Reads keys from the bytes that a terminal sends. Sequences of other keys (F1, Home, …) are passed over.
class KeyDecoder {
 public:
  /// Returns the keys that are complete.
  std::vector<Key> feed(std::string_view bytes);

  /// Whether bytes wait for more: Esc is also the beginning of a sequence.
  bool is_waiting() const { return !waiting_.empty(); }

  /// Returns the key that waits when no more bytes come soon.
  std::optional<Key> give_up_waiting();

 private:
  /// Takes one key off the front; false when more bytes are needed.
  bool take(std::vector<Key>& keys);

  std::string waiting_;
};

}  // namespace alohook
