#include "diagnosis/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/codec.h"
#include "diagnosis/causes.h"
#include "diagnosis/fixes.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

/// One line of vectors/diagnosis.jsonl: a request that an independent signer signed incorrectly in a known way.
struct Vector {
  std::string name;
  std::vector<std::string> causes;
  bool first_only = false;  // nothing can match, so the first cause is followed by more suspicions
  Secrets secrets;
  Headers headers;
  std::string body;
  Time now;

  DiagnosisInput input() const { return {secrets, headers, body, now}; }
};

std::vector<Vector> vectors() {
  std::ifstream file(ALOHOOK_SOURCE_DIR "/tests/vectors/diagnosis.jsonl");
  std::vector<Vector> result;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    Vector vector;
    vector.name = json["name"];
    vector.causes = json["causes"];
    vector.first_only = json.contains("first_only");
    vector.body = base64_decode(json["body"].get<std::string>()).value();
    vector.now = Time(std::chrono::seconds(json["now"].get<std::int64_t>()));
    vector.secrets.emplace_back(base64_decode(json["secret"].get<std::string>()).value());
    for (const auto& header : json["headers"]) vector.headers.push_back({header[0], header[1]});
    result.push_back(std::move(vector));
  }
  return result;
}

std::vector<std::string> ids(const Diagnosis& diagnosis) {
  std::vector<std::string> result;
  for (const Cause& cause : diagnosis.causes) result.push_back(cause.id);
  return result;
}

}  // namespace

TEST_CASE("every cause and every pair of causes recorded from an independent signer is found") {
  std::size_t pairs = 0;
  std::set<std::string> named;
  for (const Vector& vector : vectors()) {
    const Diagnosis diagnosis = diagnose(vector.input());
    std::vector<std::string> found = ids(diagnosis);
    if (vector.first_only && !found.empty()) found.resize(1);
    CAPTURE(vector.name, vector.causes);
    CHECK_THAT(found, Catch::Matchers::UnorderedEquals(vector.causes));
    const bool is_proof = vector.causes[0] != "wrong-secret" && !vector.first_only;
    for (const Cause& cause : diagnosis.causes) CHECK(cause.proven == is_proof);
    pairs += vector.causes.size() == 2;
    named.insert(found.begin(), found.end());
  }
  CHECK(pairs >= 40);
  CHECK(named.size() == cause_texts().size());
}

namespace {

// Made with: printf 'v0:1763900000:%s' "$body" | openssl dgst -sha256 -hmac "$secret"
const std::string secret_text = "9f2c0d5be7714aa1b3c8d6e5f4a39281";
const std::string small_body = R"({"type":"action_created","id":1})";
const std::string right_mac = "426cfef6fc0519da56197ffefb98dd9da0573298263fb5b047692c9aea6bd993";
constexpr std::int64_t signed_at = 1763900000;

Time at(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

Headers headers_with(const std::string& signature, const std::string& timestamp = std::to_string(signed_at)) {
  return {{"X-ALO-Request-Timestamp", timestamp}, {"X-ALO-Signature", signature}};
}

Secrets one_secret() {
  Secrets secrets;
  secrets.emplace_back(secret_text);
  return secrets;
}

DiagnosisInput request(const std::string& signature, std::int64_t now = signed_at,
                       std::string_view body = small_body) {
  return {one_secret(), headers_with(signature), body, at(now)};
}

std::string all_text(const Diagnosis& diagnosis) {
  std::string text;
  for (const Cause& cause : diagnosis.causes) {
    text += cause.id + cause.text + cause.evidence;
    for (const Fix& fix : cause.fixes) text += fix.language + fix.text;
  }
  return text;
}

/// SplitMix64: the same numbers on every machine.
struct Random {
  std::uint64_t state;
  std::uint64_t operator()() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::string bytes(std::size_t count) {
    std::string out;
    while (out.size() < count) out += static_cast<char>((*this)());
    return out;
  }
};

/// Random requests with random signatures: any cause other than "another secret" would be made up.
std::size_t false_names(std::size_t count, std::uint64_t seed) {
  Random random{seed};
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Secrets secrets;
    secrets.emplace_back(hex_encode(random.bytes(16 + random() % 17)));
    const bool is_json = random() % 4 != 0;
    const std::string noise = random.bytes(random() % 40);
    const std::string body = is_json ? fmt::format(R"({{"type": "action_created","id":{},"text":"{}"}})",
                                                   random() % 1000, base64_encode(noise))
                                     : noise;
    const std::int64_t now = 1'600'000'000 + static_cast<std::int64_t>(random() % 400'000'000);
    const std::string mac = random.bytes(32);
    const std::string signature = random() % 3 == 0 ? base64_encode(mac) : "v0=" + hex_encode(mac);
    const std::string time = std::to_string(now - 400 + static_cast<std::int64_t>(random() % 800));
    const Diagnosis diagnosis = diagnose({secrets, headers_with(signature, time), body, at(now)});
    wrong += ids(diagnosis) != std::vector<std::string>{"wrong-secret"} || diagnosis.stopped_early ||
             diagnosis.verification.verdict != Verdict::invalid;
  }
  return wrong;
}

}  // namespace

TEST_CASE("random requests are only ever diagnosed with wrong-secret") { CHECK(false_names(300, 1) == 0); }

TEST_CASE("ten thousand random requests are only ever diagnosed with wrong-secret", "[.][long]") {
  CHECK(false_names(10'000, 2) == 0);
}

TEST_CASE("a correct MAC is valid up to the tolerance in each encoding, and clock-skew beyond it") {
  const std::string bytes = hex_decode(right_mac).value();
  for (const std::string& signature : {"v0=" + right_mac, right_mac, base64_encode(bytes)}) {
    for (const std::int64_t age : {-300, -299, 0, 299, 300}) {
      const Diagnosis diagnosis = diagnose(request(signature, signed_at + age));
      CHECK(diagnosis.verification.verdict == Verdict::valid);
      CHECK(diagnosis.causes.empty());
      CHECK(diagnosis.macs_tried == 0);
    }
    for (const std::int64_t age : {-301, 301, 5000}) {
      const Diagnosis diagnosis = diagnose(request(signature, signed_at + age));
      CHECK(diagnosis.verification.verdict == (age < 0 ? Verdict::future : Verdict::stale));
      CHECK(ids(diagnosis) == std::vector<std::string>{"clock-skew"});
      CHECK_THAT(diagnosis.causes[0].evidence,
                 ContainsSubstring(age == 5000 ? "is 83 min old" : "is 301 s "));
    }
  }
}

TEST_CASE("flipping any single bit of MAC, timestamp or body leads to a rejection") {
  const std::string bytes = hex_decode(right_mac).value();
  const auto verdict = [](const std::string& signature, const std::string& timestamp, std::string_view body) {
    return verify(one_secret(), headers_with(signature, timestamp), body, at(signed_at), {}).verdict;
  };
  const auto flipped = [](std::string text, std::size_t bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    return text;
  };
  const std::string time = std::to_string(signed_at);
  REQUIRE(verdict("v0=" + right_mac, time, small_body) == Verdict::valid);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const std::string other = flipped(bytes, bit);
    for (const std::string& signature :
         {"v0=" + hex_encode(other), hex_encode(other), base64_encode(other)}) {
      CHECK(verdict(signature, time, small_body) == Verdict::invalid);
    }
  }
  for (std::size_t bit = 0; bit < time.size() * 8; ++bit) {
    CHECK(verdict("v0=" + right_mac, flipped(time, bit), small_body) != Verdict::valid);
  }
  for (std::size_t bit = 0; bit < small_body.size() * 8; ++bit) {
    CHECK(verdict("v0=" + right_mac, time, flipped(small_body, bit)) == Verdict::invalid);
  }
}

TEST_CASE("hex with a length other than 64 is rejected and diagnosed as truncated or another hash") {
  const std::string digits = right_mac + right_mac + right_mac;
  for (std::size_t length = 0; length <= 140; ++length) {
    if (length == 64) continue;
    CAPTURE(length);
    const Diagnosis diagnosis = diagnose(request("v0=" + digits.substr(0, length)));
    CHECK(diagnosis.verification.verdict == Verdict::malformed_signature);
    REQUIRE_FALSE(diagnosis.causes.empty());
    if (length > 0 && length < 64) CHECK(diagnosis.causes[0].id == "mac-truncated");
  }
}

TEST_CASE("digests of other lengths are identified by their hash even if nothing matches") {
  const auto evidence = [](std::size_t bytes) {
    Random random{bytes};
    const Diagnosis diagnosis = diagnose(request("v0=" + hex_encode(random.bytes(bytes))));
    REQUIRE(diagnosis.causes.size() == 2);
    CHECK(diagnosis.causes[0].id == "other-hash");
    CHECK_FALSE(diagnosis.causes[0].proven);
    CHECK(diagnosis.causes[1].id == "wrong-secret");
    return diagnosis.causes[0].evidence;
  };
  CHECK_THAT(evidence(16), ContainsSubstring("MD5"));
  CHECK_THAT(evidence(20), ContainsSubstring("SHA-1"));
  CHECK_THAT(evidence(64), ContainsSubstring("SHA-512"));
}

TEST_CASE("a truncated MAC with fewer than eight bytes proves nothing") {
  const Diagnosis diagnosis = diagnose(request("v0=" + right_mac.substr(0, 14)));
  CHECK(diagnosis.macs_tried == 0);
  CHECK(ids(diagnosis) == std::vector<std::string>{"mac-truncated"});
  CHECK_FALSE(diagnosis.causes[0].proven);
}

TEST_CASE("no diagnosis contains a secret or a correct MAC") {
  for (const Vector& vector : vectors()) {
    const std::string text = all_text(diagnose(vector.input()));
    CAPTURE(vector.name, text);
    CHECK(text.find(vector.secrets[0].bytes()) == std::string::npos);
    const std::string time(header_value(vector.headers, timestamp_header).value_or(""));
    const std::string right = hex_encode(bytes_of(mac(vector.secrets[0], time, vector.body)));
    CHECK(text.find(right) == std::string::npos);
  }
}

TEST_CASE("the evidence for a changed body shows the first differing byte with context from both sides") {
  const auto all = vectors();
  const auto vector = std::ranges::find(all, "json.dumps compact", &Vector::name);
  REQUIRE(vector != all.end());
  const Diagnosis diagnosis = diagnose(vector->input());
  CHECK_THAT(diagnosis.causes[0].evidence, ContainsSubstring("json.dumps(body, separators=(',', ':'))"));
  CHECK_THAT(diagnosis.causes[0].evidence, ContainsSubstring("from byte 1 on"));
  CHECK_THAT(diagnosis.causes[0].evidence, ContainsSubstring(R"(the body has { "type": )"));
  CHECK_THAT(diagnosis.causes[0].evidence,
             ContainsSubstring(R"(what was signed has {"type":"action_created")"));
  CHECK(diagnosis.causes[0].proven);
  std::set<std::string> languages;
  for (const Fix& fix : diagnosis.causes[0].fixes) languages.insert(fix.language);
  CHECK(languages == std::set<std::string>{"", "C#", "Go", "Java", "Node", "PHP", "Python", "Ruby"});
}

TEST_CASE("every cause has a sentence and at least one fix") {
  for (const CauseText& text : cause_texts()) {
    CAPTURE(text.name);
    CHECK(text.sentence.ends_with('.'));
    CHECK_FALSE(make_cause(text.id, "", Certainty::proven).fixes.empty());
  }
}

TEST_CASE(
    "the developer's own signature is explained, even if its secret or encoding differs from the request's") {
  DiagnosisInput input = request("v0=" + right_mac);
  CHECK(diagnose_mine(input, "v0=" + right_mac).causes.empty());
  CHECK(ids(diagnose_mine(input, right_mac)) == std::vector<std::string>{"other-encoding"});
  input.secrets.emplace_back("a second secret of some length");
  // printf 'v0:1763900000:%s' "$body" | openssl dgst -sha256 -hmac 'a second secret of some length'
  CHECK(ids(diagnose_mine(input, "v0=b2fc5018d05b3a559e4e0fc967dae981f8b57fed6ae02b1252773f28b8f0faf4")) ==
        std::vector<std::string>{"wrong-secret"});
  // printf '%s' "$body" | openssl dgst -sha256 -hmac "$secret"
  CHECK(ids(diagnose_mine(input, "v0=c8cbd3b7c813c32268b0356e76d8525a202ab62bd0cb98472261789c9cfae9b7")) ==
        std::vector<std::string>{"body-only"});
  CHECK(ids(diagnose_mine(input, "v0=" + std::string(64, 'a'))) == std::vector<std::string>{"wrong-secret"});
}

TEST_CASE("a limit ends the search early, and the result says so") {
  const DiagnosisInput input = request("v0=" + std::string(64, 'a'));
  const Diagnosis by_bytes = diagnose(input, {.bytes_hashed = 100'000});
  CHECK(by_bytes.stopped_early);
  CHECK(by_bytes.macs_tried > 100);
  CHECK(by_bytes.macs_tried < 1'000);
  CHECK_THAT(by_bytes.causes.back().evidence, ContainsSubstring("a limit ended the search"));
  CHECK(diagnose(input, {.out_of_time = [] { return true; }}).stopped_early);
  CHECK_FALSE(diagnose(input, {.out_of_time = [] { return false; }}).stopped_early);
}

TEST_CASE("missing, misspelled and other providers' headers are reported together with those that arrived") {
  const auto look = [](Headers headers) {
    return diagnose({one_secret(), std::move(headers), small_body, at(signed_at)});
  };
  const Diagnosis none = look({{"Host", "example.com"}, {"Via", "1.1 proxy"}});
  CHECK(ids(none) == std::vector<std::string>{"headers-altered"});
  CHECK_THAT(none.causes[0].evidence, ContainsSubstring("X-ALO-Signature did not arrive"));
  CHECK_THAT(none.causes[0].evidence, ContainsSubstring("Host, Via"));
  CHECK_THAT(none.causes[0].evidence, ContainsSubstring("proxy"));
  const Diagnosis empty =
      look({{"X-ALO-Signature", ""}, {"X-ALO-Request-Timestamp", std::to_string(signed_at)}});
  CHECK_THAT(empty.causes[0].evidence, ContainsSubstring("X-ALO-Signature is empty"));
  const Diagnosis stripe = look({{"Stripe-Signature", "t=1,v1=ab"}});
  CHECK(stripe.causes[0].id == "other-provider");
  CHECK_THAT(stripe.causes[0].evidence, ContainsSubstring("Stripe"));
  const Diagnosis hostile = look({{"X-ALO-Signature\x1b[2J", "v0=" + right_mac}});
  CHECK(all_text(hostile).find('\x1b') == std::string::npos);
}

namespace {

/// Returns the first cause's sentence, from the point of view of a situation, for a signature over these bytes.
std::string sentence(Situation situation, std::string_view signed_body, std::string_view text) {
  DiagnosisInput input = request(
      encode(mac(one_secret()[0], std::to_string(signed_at), signed_body), Encoding::v0), signed_at, text);
  input.view = {situation, "body.json"};
  const Diagnosis diagnosis = diagnose(input);
  REQUIRE_FALSE(diagnosis.causes.empty());
  return diagnosis.causes[0].text;
}

}  // namespace

TEST_CASE("a cause names the suspect: the saved body, the user's code, the server, or nobody yet") {
  const std::string spaced = R"({ "type": "action_created" })", compact = R"({"type":"action_created"})";
  CHECK(sentence(Situation::capture, compact, spaced) ==
        "The signature is genuine; body.json is a re-serialized copy of what was signed.");
  CHECK(sentence(Situation::mine, compact, spaced) ==
        "Your code signs a re-serialized copy of the body instead of its raw bytes.");
  CHECK(sentence(Situation::server, compact, spaced) ==
        "Your server verifies a re-serialized copy of the body instead of its raw bytes.");
  CHECK(sentence(Situation::wire, compact, spaced) ==
        "The signature covers a re-serialized copy of the body instead of its raw bytes.");
}

TEST_CASE("fixes for the user's code explain how to read a raw body, fixes for a saved body how to save it") {
  const auto fixes = [](Situation situation) {
    std::string all;
    for (const FixText& fix : fix_texts(CauseId::body_newlines, situation))
      all += std::string(fix.text) + "\n";
    return all;
  };
  CHECK_THAT(fixes(Situation::mine), ContainsSubstring("File.binwrite"));
  CHECK_THAT(fixes(Situation::capture), ContainsSubstring("listen --record"));
  CHECK_THAT(fixes(Situation::capture), !ContainsSubstring("File.binwrite"));
  CHECK_THAT(fixes(Situation::wire), ContainsSubstring("Sign the exact bytes you send"));
}

TEST_CASE("every language's fix fits one line of 80 columns") {
  for (const CauseText& cause : cause_texts()) {
    for (const Situation situation :
         {Situation::wire, Situation::capture, Situation::mine, Situation::server}) {
      for (const FixText& fix : fix_texts(cause.id, situation)) {
        if (fix.language.empty()) continue;
        CAPTURE(fix.language, fix.text);
        CHECK(fix.language.size() + 2 + fix.text.size() <= 70);
        CHECK(std::ranges::count(fix_languages(), fix.language) == 1);
      }
    }
  }
}

TEST_CASE("a body truncated at any byte is proven, with the number of bytes") {
  const std::string text = R"({"type":"action_created","title":"Caf\u00e9"})";
  const Secrets secrets = one_secret();
  for (std::size_t size = 1; size < text.size(); ++size) {
    const std::string signature =
        encode(mac(secrets[0], std::to_string(signed_at), text.substr(0, size)), Encoding::v0);
    const Diagnosis diagnosis = diagnose(request(signature, signed_at, text));
    CAPTURE(size);
    REQUIRE(diagnosis.causes.size() == 1);
    // A truncated body may match a more specific cause, such as the body without its last character.
    CHECK(diagnosis.causes[0].proven);
    if (diagnosis.causes[0].id == "body-truncated") {
      CHECK_THAT(diagnosis.causes[0].evidence,
                 ContainsSubstring(fmt::format("the first {} of the body's {} bytes", size, text.size())));
    }
  }
}

TEST_CASE("a large body truncated to a common size is proven") {
  const std::string text = "{\"t\":\"" + std::string(300'000, 'x') + "\"}";
  for (const std::size_t size : {65'535u, 65'536u, 100'000u, 262'144u}) {
    const std::string signature =
        encode(mac(one_secret()[0], std::to_string(signed_at), std::string_view(text).substr(0, size)),
               Encoding::v0);
    const Diagnosis diagnosis = diagnose(request(signature, signed_at, text));
    CAPTURE(size);
    CHECK(ids(diagnosis) == std::vector<std::string>{"body-truncated"});
  }
}

TEST_CASE("a body other than the one that was sent is reported before secrets are suspected") {
  DiagnosisInput input = request("v0=" + std::string(64, 'a'), signed_at, "{\"type\": \"action_cre");
  const std::vector<std::string> incomplete = ids(diagnose(input));
  CHECK(incomplete == std::vector<std::string>{"body-truncated", "wrong-secret"});
  input = request("v0=" + std::string(64, 'a'), signed_at, small_body);
  input.headers.push_back({"Content-Length", "40"});
  const Diagnosis diagnosis = diagnose(input);
  CHECK(ids(diagnosis) == std::vector<std::string>{"body-truncated", "wrong-secret"});
  CHECK_THAT(diagnosis.causes[0].evidence, ContainsSubstring("Content-Length says 40"));
  CHECK_FALSE(diagnosis.causes[0].proven);
  // What a saved text has in place of bytes; over the wire it may be what was sent.
  input = request("v0=" + std::string(64, 'a'), signed_at, "{\"t\":\"caf\uFFFD\"}");
  CHECK(ids(diagnose(input)) == std::vector<std::string>{"wrong-secret"});
  input.view = {Situation::capture, "body.json"};
  const Diagnosis lossy = diagnose(input);
  CHECK(ids(lossy) == std::vector<std::string>{"body-charset", "wrong-secret"});
  CHECK_THAT(lossy.causes[0].text, ContainsSubstring("lost bytes"));
  CHECK_FALSE(lossy.causes[0].proven);
}

TEST_CASE(
    "the work for a body is bounded: thousands of MACs for a kilobyte, a fixed number of bytes for a "
    "megabyte") {
  const std::string kilobyte = "{\"t\":\"" + std::string(1'000, 'x') + "\"}",
                    megabyte = "{\"t\":\"" + std::string(1'000'000, 'x') + "\"}";
  const Diagnosis small = diagnose(request("v0=" + std::string(64, 'a'), signed_at, kilobyte));
  CHECK_FALSE(small.stopped_early);
  CHECK(small.macs_tried < 16'000);
  const Diagnosis large = diagnose(request("v0=" + std::string(64, 'a'), signed_at, megabyte));
  CHECK(large.stopped_early);
  CHECK(large.macs_tried < 80'000);
}

TEST_CASE("without secrets, no claims are made about them") {
  const DiagnosisInput input{{}, headers_with("v0=" + right_mac), small_body, at(signed_at)};
  const Diagnosis diagnosis = diagnose(input);
  CHECK(diagnosis.causes.empty());
  CHECK(diagnosis.macs_tried == 0);
}

TEST_CASE("a hostile body is searched completely without problems") {
  const std::string open(100'000, '[');
  const std::string keys = [] {
    std::string text = "{";
    for (int i = 0; i < 3000; ++i) text += fmt::format("\"k{}\":{},", i % 7, i);
    return text + "\"z\":0}";
  }();
  for (const std::string& body :
       {open, keys, std::string(5000, '\0'), std::string("\xff\xfe\xfd"), std::string()}) {
    const Diagnosis diagnosis =
        diagnose(request("v0=" + std::string(64, 'b'), signed_at, body), {.bytes_hashed = 50'000'000});
    CHECK(diagnosis.causes.back().id == "wrong-secret");
  }
}
