#include "signing/signature.h"

#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

/// xorshift64*, as in vectors/signatures/record.py.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 2685821657736338717U;
  }
  std::string bytes(std::uint64_t count) {
    std::string out;
    for (; count > 0; --count) out.push_back(static_cast<char>(next() >> 56));
    return out;
  }

 private:
  std::uint64_t state_;
};

constexpr std::int64_t signed_at = 1764000000;
const std::string body = R"({"type":"action_created","content":"Hello)"
                         " \xc4\x80LO\"}\n";

Time seconds_after(std::int64_t seconds) { return Time{std::chrono::seconds{signed_at + seconds}}; }

Headers headers(const std::string& timestamp, const std::string& signature) {
  return {{"Host", "localhost"}, {"x-alo-request-timestamp", timestamp}, {"X-Alo-SIGNATURE", signature}};
}

/// A recorded signature: by Python's hmac, checked with openssl.
struct Recorded {
  Secret secret{""};
  std::string timestamp, body, hex, base64;
};

std::vector<Recorded> recorded_signatures() {
  std::vector<Recorded> list;
  for (const auto& row : recorded("signatures/signatures.tsv")) {
    const auto star = row[2].find('*');
    const std::string bytes =
        star == std::string::npos ? from_hex(row[2]) : std::string(std::stoul(row[2].substr(star + 1)), 'a');
    list.push_back({Secret(from_hex(row[0])), from_hex(row[1]), bytes, row[3], row[4]});
  }
  return list;
}

/// `printf 'v0:1764000000:…' | openssl dgst -sha256 -hmac shhh` for the body above.
const std::string right_hex = "5ef621002929bb49235f395c1a887de66817310b40a5eb361d22397c52037ab1";
const std::string right_base64 = "XvYhACkpu0kjXzlcGoh95mgXMQtApes2HSI5fFIDerE=";
const Secrets secrets{Secret("shhh")};

Verdict verdict_of(const std::string& timestamp, const std::string& signature,
                   const VerificationPolicy& policy = {}) {
  return verify(secrets, headers(timestamp, signature), body, seconds_after(0), policy).verdict;
}

}  // namespace

TEST_CASE("alohook's signatures match another implementation's, in each encoding") {
  const auto list = recorded_signatures();
  REQUIRE(list.size() >= 14);
  for (const auto& [secret, timestamp, bytes, hex, base64] : list) {
    CAPTURE(hex);
    const auto value = [&, &secret = secret, &timestamp = timestamp, &bytes = bytes](Encoding encoding) {
      return sign(secret, timestamp, bytes, encoding);
    };
    CHECK(value(Encoding::v0) ==
          Headers{{"X-ALO-Request-Timestamp", timestamp}, {"X-ALO-Signature", "v0=" + hex}});
    CHECK(value(Encoding::hex)[1].value == hex);
    CHECK(value(Encoding::base64)[1].value == base64);
  }
}

TEST_CASE("signatures of another implementation are valid, in each encoding") {
  for (const auto& [secret, timestamp, bytes, hex, base64] : recorded_signatures()) {
    // Values that aren't a timestamp, or are too far ahead for a clock in microseconds, are covered by other tests.
    if (timestamp.empty() || timestamp.size() > 12) continue;
    CAPTURE(hex);
    const Time now{std::chrono::seconds{std::stoll(timestamp)}};
    for (const auto& [value, encoding] : {std::pair{"v0=" + hex, Encoding::v0}, std::pair{hex, Encoding::hex},
                                          std::pair{base64, Encoding::base64}}) {
      const auto result = verify({secret}, headers(timestamp, value), bytes, now, {});
      CHECK(result.verdict == Verdict::valid);
      CHECK(result.encoding == encoding);
      CHECK(result.secret == 1);
      CHECK(result.age_s == 0);
    }
  }
}

TEST_CASE("five thousand random signatures match Python's") {
  const auto rows = recorded("signatures/many.txt");
  Generator generator(20261123);
  std::string all;
  for (auto left = std::stoul(rows[0][0]); left > 0; --left) {
    const auto secret_size = 1 + generator.next() % 100;
    const Secret secret(generator.bytes(secret_size));
    const std::string timestamp = std::to_string(generator.next() % 10'000'000'000);
    const auto body_size = generator.next() % 300;
    all += sign(secret, timestamp, generator.bytes(body_size), Encoding::hex)[1].value;
  }
  CHECK(all.size() == 5000 * 64);
  std::string digest;
  for (const char c : hash(HashAlgorithm::sha256, {all})) {
    digest += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    digest += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  CHECK(digest == rows[0][1]);
}

TEST_CASE("a correct MAC is valid within the tolerance, and stale or future beyond it") {
  const auto value = GENERATE(as<std::string>{}, "v0=" + right_hex, right_hex, right_base64);
  const auto [seconds, verdict] = GENERATE(table<std::int64_t, Verdict>({{0, Verdict::valid},
                                                                         {300, Verdict::valid},
                                                                         {-300, Verdict::valid},
                                                                         {301, Verdict::stale},
                                                                         {-301, Verdict::future},
                                                                         {1'000'000, Verdict::stale},
                                                                         {-1'000'000, Verdict::future}}));
  const auto result = verify(secrets, headers("1764000000", value), body, seconds_after(seconds), {});
  CHECK(result.verdict == verdict);
  CHECK(result.age_s == seconds);
  CHECK(result.secret == 1);
}

TEST_CASE("the flag --tolerance sets the accepted age, and 0 requires the current second") {
  const auto verdict = [](std::int64_t after, std::int64_t tolerance) {
    const VerificationPolicy policy{.tolerance = std::chrono::seconds{tolerance}};
    return verify(secrets, headers("1764000000", right_hex), body, seconds_after(after), policy).verdict;
  };
  CHECK(verdict(0, 0) == Verdict::valid);
  CHECK(verdict(1, 0) == Verdict::stale);
  CHECK(verdict(-1, 0) == Verdict::future);
  CHECK(verdict(3600, 3600) == Verdict::valid);
  CHECK(verdict(3601, 3600) == Verdict::stale);
}

TEST_CASE("an incorrect MAC is invalid at any age") {
  std::string wrong = right_hex;
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  for (const std::int64_t after : {0, 301, -301, 100'000}) {
    const auto result = verify(secrets, headers("1764000000", "v0=" + wrong), body, seconds_after(after), {});
    CHECK(result.verdict == Verdict::invalid);
    CHECK(result.secret == std::nullopt);
    CHECK(result.age_s == after);
    CHECK(result.encoding == Encoding::v0);
  }
}

TEST_CASE("flipping any bit of MAC, timestamp or body invalidates the signature") {
  const auto flipped = [](std::string text, std::size_t bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
    return text;
  };
  const auto count_valid = [&](const std::string& text, auto&& judge) {
    std::size_t valid = 0;
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
      if (judge(flipped(text, bit)).verdict == Verdict::valid) ++valid;
    }
    return valid;
  };
  const Time now = seconds_after(0);
  const VerificationPolicy any_age{.tolerance = std::chrono::hours{24 * 365 * 1000}};
  for (const std::string& value : {"v0=" + right_hex, right_hex, right_base64}) {
    CHECK(count_valid(value, [&](const std::string& signature) {
            return verify(secrets, headers("1764000000", signature), body, now, any_age);
          }) == 0);
    CHECK(count_valid("1764000000", [&](const std::string& timestamp) {
            return verify(secrets, headers(timestamp, value), body, now, any_age);
          }) == 0);
    CHECK(count_valid(body, [&](const std::string& bytes) {
            return verify(secrets, headers("1764000000", value), bytes, now, any_age);
          }) == 0);
    REQUIRE(verify(secrets, headers("1764000000", value), body, now, any_age).verdict == Verdict::valid);
  }
}

TEST_CASE("hex with a length other than 64 is malformed, and only the full MAC is valid") {
  const std::string longer = right_hex + right_hex;
  for (std::size_t length = 1; length <= 128; ++length) {
    // 44 hex digits can be the base64 of 33 bytes, never of 32.
    CAPTURE(length);
    const auto expected = length == 64 ? Verdict::valid : Verdict::malformed_signature;
    CHECK(verdict_of("1764000000", longer.substr(0, length)) == expected);
    CHECK(verdict_of("1764000000", "v0=" + longer.substr(0, length)) == expected);
  }
}

TEST_CASE("signatures that aren't in an accepted encoding are malformed") {
  const auto signature = GENERATE_COPY(
      as<std::string>{}, "v0=", "v0", "v1=" + right_hex, "V0=" + right_hex, "v0:" + right_hex,
      "sha256=" + right_hex, "v0= " + right_hex, "v0=" + right_hex + "=junk", "v0=" + right_hex + "00",
      "v0=v0=" + right_hex, "0x" + right_hex, "v0=" + right_base64, right_base64.substr(0, 43),
      right_base64 + "=", " " + right_base64, right_hex + "\n", "\"" + right_hex + "\"",
      "v0=" + right_hex + ", v0=" + right_hex, right_hex + "," + right_hex, std::string(64, 'g'),
      std::string(64, '\xff'), std::string(8192, 'a'), "null", "undefined");
  CAPTURE(signature);
  const auto result = verify(secrets, headers("1764000000", signature), body, seconds_after(0), {});
  CHECK(result.verdict == Verdict::malformed_signature);
  CHECK(result.encoding == std::nullopt);
  CHECK_FALSE(result.detail.empty());
}

TEST_CASE("hex in upper or mixed case is malformed") {
  std::string upper = right_hex;
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  REQUIRE(upper != right_hex);
  CHECK(verdict_of("1764000000", upper) == Verdict::malformed_signature);
  CHECK(verdict_of("1764000000", "v0=" + upper) == Verdict::malformed_signature);
  CHECK(verdict_of("1764000000", "v0=" + right_hex.substr(0, 32) + upper.substr(32)) ==
        Verdict::malformed_signature);
}

TEST_CASE("base64 with unused bits set is malformed") {
  // 32 bytes end in `x=` where x has two unused bits.
  std::string variant = right_base64;
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t bits = 1; bits < 4; ++bits) {
    variant[42] = alphabet[alphabet.find(right_base64[42]) + bits];
    CHECK(verdict_of("1764000000", variant) == Verdict::malformed_signature);
  }
}

TEST_CASE("timestamps other than decimal seconds are malformed even if the MAC matches") {
  const auto timestamp = GENERATE(
      as<std::string>{}, "abc", "NaN", "Infinity", "+1764000000", "-1", "1e9", "0x1", " 1764000000",
      "1764000000 ", "1764000000.0", "1,764,000,000", "1764000000\n", "1764000000_", "1234567890123456789",
      "12345678901234567890", "\xef\xbc\x91\xef\xbc\x92", "\xd9\xa1", "null", "2026-11-23T17:00:00Z");
  CAPTURE(timestamp);
  Headers given = sign(secrets[0], timestamp, body, Encoding::v0);
  const auto result = verify(secrets, given, body, seconds_after(0), {});
  CHECK(result.verdict == Verdict::malformed_timestamp);
  CHECK(result.age_s == std::nullopt);
  CHECK_FALSE(result.detail.empty());
  CHECK(parse_timestamp(timestamp) == std::nullopt);
}

TEST_CASE("timestamps of one to eighteen digits are parsed") {
  CHECK(parse_timestamp("0") == 0);
  CHECK(parse_timestamp("0001764000000") == signed_at);
  CHECK(parse_timestamp("1764000000123") == 1764000000123);
  CHECK(parse_timestamp("999999999999999999") == 999999999999999999);
  CHECK(parse_timestamp("") == std::nullopt);
}

TEST_CASE("timestamps in milliseconds and very large ones are in the future if their MAC matches") {
  for (const std::string timestamp : {"1764000000000", "999999999999999999"}) {
    const auto result =
        verify(secrets, sign(secrets[0], timestamp, body, Encoding::v0), body, seconds_after(0), {});
    CHECK(result.verdict == Verdict::future);
  }
  const auto result = verify(secrets, sign(secrets[0], "0", body, Encoding::v0), body, seconds_after(0), {});
  CHECK(result.verdict == Verdict::stale);
}

TEST_CASE("missing and empty headers are reported as missing, the signature first") {
  const Time now = seconds_after(0);
  const Header signature{"X-ALO-Signature", "v0=" + right_hex};
  const Header timestamp{"X-ALO-Request-Timestamp", "1764000000"};
  const auto verdict = [&](const Headers& given) { return verify(secrets, given, body, now, {}).verdict; };
  CHECK(verdict({}) == Verdict::missing_signature);
  CHECK(verdict({timestamp}) == Verdict::missing_signature);
  CHECK(verdict({timestamp, {"X-ALO-Signature", ""}}) == Verdict::missing_signature);
  CHECK(verdict({{"X-ALO-Signature", "junk"}}) == Verdict::missing_timestamp);
  CHECK(verdict({signature}) == Verdict::missing_timestamp);
  CHECK(verdict({signature, {"X-ALO-Request-Timestamp", ""}}) == Verdict::missing_timestamp);
  CHECK(verdict({signature, {"X-Slack-Request-Timestamp", "1764000000"}}) == Verdict::missing_timestamp);
  CHECK(verdict({signature, timestamp}) == Verdict::valid);
}

TEST_CASE("a duplicate header is malformed in either order, even if both values are equal") {
  const Header right{"X-ALO-Signature", "v0=" + right_hex};
  const Header wrong{"x-alo-signature", "v0=" + std::string(64, '0')};
  const Header timestamp{"X-ALO-Request-Timestamp", "1764000000"};
  const Header other_timestamp{"X-ALO-Request-Timestamp", "1764000001"};
  const auto verdict = [](const Headers& given) {
    return verify(secrets, given, body, seconds_after(0), {}).verdict;
  };
  CHECK(verdict({right, wrong, timestamp}) == Verdict::malformed_signature);
  CHECK(verdict({wrong, right, timestamp}) == Verdict::malformed_signature);
  CHECK(verdict({right, right, timestamp}) == Verdict::malformed_signature);
  CHECK(verdict({right, {"X-ALO-Signature", ""}, timestamp}) == Verdict::malformed_signature);
  CHECK(verdict({right, timestamp, other_timestamp}) == Verdict::malformed_timestamp);
  CHECK(verdict({right, other_timestamp, timestamp}) == Verdict::malformed_timestamp);
  CHECK(verdict({right, timestamp, timestamp}) == Verdict::malformed_timestamp);
}

TEST_CASE("the number of the matching secret is reported") {
  const auto result = [](const Secrets& given) {
    return verify(given, headers("1764000000", right_hex), body, seconds_after(0), {});
  };
  const Secret right("shhh");
  CHECK(result({right, Secret("b")}).secret == 1);
  CHECK(result({Secret("a"), right}).secret == 2);
  CHECK(result({Secret("a"), Secret("b"), right}).secret == 3);
  CHECK(result({Secret("a"), right, right}).secret == 2);
  CHECK(result({Secret("shh"), Secret("shhh\n"), Secret("SHHH")}).verdict == Verdict::invalid);
  CHECK(result({}).verdict == Verdict::invalid);
}

TEST_CASE("a policy for one encoding rejects the others and reports which one arrived") {
  const VerificationPolicy only_v0{.encoding = Encoding::v0};
  const VerificationPolicy only_base64{.encoding = Encoding::base64};
  CHECK(verdict_of("1764000000", "v0=" + right_hex, only_v0) == Verdict::valid);
  CHECK(verdict_of("1764000000", right_hex, only_v0) == Verdict::malformed_signature);
  CHECK(verdict_of("1764000000", right_base64, only_v0) == Verdict::malformed_signature);
  CHECK(verdict_of("1764000000", right_base64, only_base64) == Verdict::valid);
  const auto result = verify(secrets, headers("1764000000", right_hex), body, seconds_after(0), only_v0);
  CHECK(result.detail == "encoded as hex, not as v0");
  CHECK(result.encoding == Encoding::hex);
}

TEST_CASE("a verification contains neither the expected MAC nor the secret") {
  const auto result =
      verify(secrets, headers("1764000000", "v0=" + std::string(64, '0')), body, seconds_after(0), {});
  CHECK(result.detail.find("shhh") == std::string::npos);
  CHECK(result.detail.find(right_hex.substr(0, 8)) == std::string::npos);
}

TEST_CASE("a MAC is parsed in three encodings") {
  CHECK(parse_mac(right_hex)->encoding == Encoding::hex);
  CHECK(parse_mac("v0=" + right_hex)->encoding == Encoding::v0);
  CHECK(parse_mac(right_base64)->encoding == Encoding::base64);
  CHECK(parse_mac(right_hex)->bytes == from_hex(right_hex));
  CHECK(parse_mac(right_base64)->bytes == from_hex(right_hex));
  CHECK_FALSE(parse_mac(""));
}

TEST_CASE("verdicts and encodings have the documented names") {
  CHECK(name_of(Verdict::valid) == "valid");
  CHECK(name_of(Verdict::invalid) == "invalid");
  CHECK(name_of(Verdict::stale) == "stale");
  CHECK(name_of(Verdict::future) == "future");
  CHECK(name_of(Verdict::missing_signature) == "missing-signature");
  CHECK(name_of(Verdict::missing_timestamp) == "missing-timestamp");
  CHECK(name_of(Verdict::malformed_signature) == "malformed-signature");
  CHECK(name_of(Verdict::malformed_timestamp) == "malformed-timestamp");
  CHECK(name_of(Encoding::v0) == "v0");
  CHECK(name_of(Encoding::hex) == "hex");
  CHECK(name_of(Encoding::base64) == "base64");
}
