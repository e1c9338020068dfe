#include "world/key.h"

#include "support/catch.hpp"

using namespace alohook;

namespace {

using Kind = Key::Kind;

std::vector<Key> keys_of(std::string_view bytes) {
  KeyDecoder decoder;
  return decoder.feed(bytes);
}

}  // namespace

TEST_CASE("keys are decoded from the bytes of a terminal") {
  CHECK(keys_of("q") == std::vector<Key>{{Kind::character, "q"}});
  CHECK(keys_of("\x1b[A\x1b[B") == std::vector<Key>{{Kind::up}, {Kind::down}});
  CHECK(keys_of("\x1bOA\x1bOB") == std::vector<Key>{{Kind::up}, {Kind::down}});
  CHECK(keys_of("\n\r") == std::vector<Key>{{Kind::enter}, {Kind::enter}});
  CHECK(keys_of("\x7f\b") == std::vector<Key>{{Kind::erase}, {Kind::erase}});
  CHECK(keys_of("é漏🚰") ==
        std::vector<Key>{{Kind::character, "é"}, {Kind::character, "漏"}, {Kind::character, "🚰"}});
}

TEST_CASE("sequences for other keys are ignored") {
  CHECK(keys_of("\x1b[H\x1b[3~\x1b[1;5C\x1b[200~ok") ==
        std::vector<Key>{{Kind::character, "o"}, {Kind::character, "k"}});
  CHECK(keys_of(std::string_view("\0\x01\t", 3)).empty());
}

TEST_CASE("a key is complete once its last byte has arrived") {
  KeyDecoder decoder;
  CHECK(decoder.feed("\x1b").empty());
  CHECK(decoder.is_waiting());
  CHECK(decoder.feed("[").empty());
  CHECK(decoder.feed("A") == std::vector<Key>{{Kind::up}});
  CHECK_FALSE(decoder.is_waiting());
  CHECK(decoder.feed("\xe6\xbc").empty());
  CHECK(decoder.feed("\x8f") == std::vector<Key>{{Kind::character, "漏"}});
}

TEST_CASE("Esc is a key by itself if nothing follows it soon, or if another key follows") {
  KeyDecoder decoder;
  CHECK(decoder.feed("\x1b").empty());
  CHECK(decoder.give_up_waiting() == Key{Kind::escape});
  CHECK_FALSE(decoder.give_up_waiting());
  CHECK(decoder.feed("\x1bq") == std::vector<Key>{{Kind::escape}, {Kind::character, "q"}});
  CHECK(decoder.feed("\x1b[").empty());
  CHECK_FALSE(decoder.give_up_waiting());
}

TEST_CASE("an endless sequence is discarded") {
  KeyDecoder decoder;
  CHECK(decoder.feed("\x1b[" + std::string(100, '1')).empty());
  CHECK_FALSE(decoder.is_waiting());
}
