#include "world/key.h"

#include <utility>

namespace alohook {
namespace {

constexpr char escape = '\x1B';

std::size_t length_of_character(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

std::vector<Key> KeyDecoder::feed(std::string_view bytes) {
  waiting_ += bytes;
  std::vector<Key> keys;
  while (!waiting_.empty() && take(keys)) {
  }
  return keys;
}

std::optional<Key> KeyDecoder::give_up_waiting() {
  const std::string bytes = std::exchange(waiting_, {});
  if (bytes == std::string(1, escape)) return Key{Key::Kind::escape};
  return std::nullopt;
}

bool KeyDecoder::take(std::vector<Key>& keys) {
  const auto done = [this](std::size_t count) {
    waiting_.erase(0, count);
    return true;
  };
  const char first = waiting_[0];
  if (first == escape) {
    if (waiting_.size() == 1) return false;
    if (waiting_[1] != '[' && waiting_[1] != 'O') {  // Esc and then another key
      keys.push_back({Key::Kind::escape});
      return done(1);
    }
    for (std::size_t at = 2; at < waiting_.size(); ++at) {
      if (waiting_[at] < '@' || waiting_[at] > '~') continue;  // parameters
      if (waiting_[at] == 'A') keys.push_back({Key::Kind::up});
      if (waiting_[at] == 'B') keys.push_back({Key::Kind::down});
      return done(at + 1);
    }
    constexpr std::size_t longest_sequence = 32;
    return waiting_.size() > longest_sequence && done(waiting_.size());
  }
  if (first == '\n' || first == '\r') {
    keys.push_back({Key::Kind::enter});
    return done(1);
  }
  if (first == '\x7F' || first == '\b') {
    keys.push_back({Key::Kind::erase});
    return done(1);
  }
  if (static_cast<unsigned char>(first) < ' ') return done(1);
  const std::size_t length = length_of_character(first);
  if (waiting_.size() < length) return false;
  keys.push_back({Key::Kind::character, waiting_.substr(0, length)});
  return done(length);
}

}  // namespace alohook
