#include "base/crypto.h"

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

std::string hex_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string mac_of(std::string_view key, std::string_view message) {
  return hex_of(bytes_of(hmac_sha256(key, {message})));
}

}  // namespace

TEST_CASE("the test cases of RFC 4231 pass") {
  const std::string big_key(131, '\xaa');
  struct Case {
    std::string key, message, mac;
  };
  const Case cases[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      // Case 5: the RFC only gives the first 128 bits.
      {std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"},
      {big_key, "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {big_key,
       "This is a test using a larger than block-size key and a larger than block-size data. The key needs "
       "to be hashed "
       "before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const auto& [key, message, mac] : cases) {
    CAPTURE(message);
    CHECK(mac_of(key, message).substr(0, mac.size()) == mac);
    CHECK(hex_of(Hmac(HashAlgorithm::sha256, key)({message})).substr(0, mac.size()) == mac);
  }
}

TEST_CASE("all HMAC vectors of Wycheproof pass, valid and invalid ones") {
  const auto file = corpus("wycheproof/hmac_sha256_test.json");
  if (!file) {
    WARN("the corpus wycheproof is not here");
    return;
  }
  std::size_t count = 0;
  const auto vectors = nlohmann::json::parse(read_bytes(*file));
  for (const auto& group : vectors["testGroups"]) {
    const std::size_t digits = group["tagSize"].get<std::size_t>() / 4;
    for (const auto& test : group["tests"]) {
      CAPTURE(test["tcId"].get<int>());
      const std::string key = from_hex(test["key"].get<std::string>());
      const std::string message = from_hex(test["msg"].get<std::string>());
      const std::string tag = test["tag"].get<std::string>();
      const bool is_valid = test["result"].get<std::string>() == "valid";
      CHECK((mac_of(key, message).substr(0, digits) == tag) == is_valid);
      // A truncated tag never equals one of our MACs, even if it is valid.
      const bool is_equal = equal_constant_time(bytes_of(hmac_sha256(key, {message})), from_hex(tag));
      CHECK(is_equal == (is_valid && digits == 64));
      ++count;
    }
  }
  CHECK(count == 174);
}

TEST_CASE("a message passed in parts has the same MAC as the whole") {
  const auto whole = hmac_sha256("key", {"v0:123:body"});
  CHECK(hmac_sha256("key", {"v0:", "123", ":", "body"}) == whole);
  CHECK(hmac_sha256("key", {"", "v0:123:body", ""}) == whole);
  CHECK(hmac_sha256("key", {"v0:123:bod", "z"}) != whole);
}

// printf 'The quick brown fox jumps over the lazy dog' | openssl dgst -sha256 -hmac key, and so on: as on Wikipedia.
TEST_CASE("other algorithms produce the published digests") {
  const std::string_view fox = "The quick brown fox jumps over the lazy dog";
  CHECK(hex_of(hmac(HashAlgorithm::md5, "key", {fox})) == "80070713463e7749b90c2dc24911e275");
  CHECK(hex_of(hmac(HashAlgorithm::sha1, "key", {fox})) == "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9");
  CHECK(hex_of(hmac(HashAlgorithm::sha256, "key", {fox})) ==
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  CHECK(hex_of(hmac(HashAlgorithm::sha512, "key", {fox})) ==
        "b42af09057bac1e2d41708e48a902e09b5ff7f12ab428a4fe86653c73dd248fb"
        "82f948a549f7b791a5b41915ee4d1ec3935357e4e2317250d0372afa2ebeeb3a");
  CHECK(hex_of(hash(HashAlgorithm::md5, {fox})) == "9e107d9d372bb6826bd81d3542a419d6");
  CHECK(hex_of(hash(HashAlgorithm::sha1, {fox})) == "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12");
  CHECK(hex_of(hash(HashAlgorithm::sha256, {"The quick brown fox ", "jumps over the lazy dog"})) ==
        "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592");
  CHECK(hex_of(hash(HashAlgorithm::sha256, {})) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("an empty key and an empty message have a MAC") {
  // openssl dgst -sha256 -hmac '' < /dev/null
  const std::string expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  CHECK(mac_of("", "") == expected);
  CHECK(mac_of({}, {}) == expected);
  // a different key than before
  hmac_sha256("another key", {"x"});
  CHECK(mac_of("", "") == expected);
  CHECK(hex_of(Hmac(HashAlgorithm::sha256, "")({})) == expected);
}

TEST_CASE("one keyed HMAC signs many messages") {
  Hmac mac(HashAlgorithm::sha256, "key");
  for (const std::string message : {"first", "second", "", "first"}) {
    CHECK(mac({message}) == std::string(bytes_of(hmac_sha256("key", {message}))));
  }
  Hmac moved(std::move(mac));
  CHECK(moved({"after"}) == std::string(bytes_of(hmac_sha256("key", {"after"}))));
}

TEST_CASE("MACs computed by several threads concurrently don't interfere") {
  const auto expected = hmac_sha256("k", {"m"});
  std::vector<std::size_t> right(4);
  std::vector<std::thread> threads;
  for (std::size_t& count : right) {
    threads.emplace_back([&count, &expected, &right] {
      for (int i = 0; i < 500; ++i) {
        hmac_sha256(std::to_string(&count - right.data()), {"noise"});
        count += hmac_sha256("k", {"m"}) == expected ? 1U : 0U;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == std::vector<std::size_t>(4, 500));
}

TEST_CASE("only equal bytes of equal length compare as equal") {
  CHECK(equal_constant_time("", ""));
  CHECK(equal_constant_time({}, ""));
  CHECK(equal_constant_time("abc", "abc"));
  CHECK_FALSE(equal_constant_time("abc", "abd"));
  CHECK_FALSE(equal_constant_time("abc", "ab"));
  CHECK_FALSE(equal_constant_time("abc", "abcd"));
  CHECK_FALSE(equal_constant_time("abc", ""));
  CHECK_FALSE(equal_constant_time(std::string("a\0b", 3), std::string("a\0c", 3)));
}

TEST_CASE("random bytes have the requested length and differ") {
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(7).size() == 7);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_bytes(16));
  CHECK(seen.size() == 100);
}
