#include "signing/forgery.h"

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/error.h"
#include "json/json_text.h"
#include "signing/signed_request.h"
#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

// As in tests/vectors/make_forgeries.py.
const Secret real_secret("9f2c0d5be7714aa1b3c8d6e5f4a39281");
const Time signing_time{std::chrono::seconds{1764000000}};
const std::string event =
    "{\r\n  \"type\": \"action_created\",\n  \"id\": 7, \"title\": \"Leak, in: hall \\\"B\\\"\", "
    "\"by\": {\"name\": \"Zo\xc3\xa9 X\"} }\n";

std::uint64_t same_bits() { return 0x0123456789abcdef; }

Request forged(const Forgery& forgery, std::string_view body = event, Encoding encoding = Encoding::v0) {
  return forged_request(forgery, body, {.secret = real_secret, .encoding = encoding}, signing_time,
                        same_bits);
}

Request forged(std::string_view name, std::string_view body = event) {
  const Forgery* forgery = find_forgery(name);
  REQUIRE(forgery != nullptr);
  return forged(*forgery, body);
}

Verdict verdict_on(const Request& request) {
  return verify({real_secret}, request.headers, request.body, signing_time, {}).verdict;
}

std::map<std::string, nlohmann::json> vectors() {
  std::map<std::string, nlohmann::json> rows;
  const std::string text =
      read_bytes(std::filesystem::path(ALOHOOK_SOURCE_DIR) / "tests/vectors/forgeries.jsonl");
  for (const std::string& line : split_text(text, '\n')) {
    if (line.empty()) continue;
    auto row = nlohmann::json::parse(line);
    const std::string name = row["name"];
    rows[name] = std::move(row);
  }
  return rows;
}

std::vector<std::string> all_values(const Request& request, std::string_view name) {
  const auto values = header_values(request.headers, name);
  return {values.begin(), values.end()};
}

Headers without_signature(Headers headers) {
  std::erase_if(headers, [](const Header& header) {
    return header.name == signature_header || header.name == timestamp_header;
  });
  return headers;
}

}  // namespace

TEST_CASE("each forgery matches Python's, and has the expected verdict") {
  const auto rows = vectors();
  CHECK(rows.size() == forgeries().size());
  for (const Forgery& forgery : forgeries()) {
    CAPTURE(forgery.name);
    REQUIRE(rows.count(std::string(forgery.name)) == 1);
    const auto& row = rows.at(std::string(forgery.name));
    const Request request = forged(forgery);
    CHECK(all_values(request, timestamp_header) == row["timestamps"].get<std::vector<std::string>>());
    CHECK(all_values(request, signature_header) == row["signatures"].get<std::vector<std::string>>());
    CHECK(request.body == from_hex(row["body_hex"].get<std::string>()));
    CHECK(name_of(verdict_on(request)) == row["verdict"].get<std::string>());
  }
}

TEST_CASE("a forgery differs from the valid request only in its defect") {
  const Signing signing{.secret = real_secret,
                        .target = "/h?x=1",
                        .headers = {{"Content-Type", "text/plain"}, {"X-Mine", ""}, {"X-Mine", "2"}}};
  const Request right = signed_request(event, signing, signing_time);
  for (const Forgery& forgery : forgeries()) {
    CAPTURE(forgery.name);
    const Request request = forged_request(forgery, event, signing, signing_time, same_bits);
    CHECK(request.method == right.method);
    CHECK(request.target == right.target);
    CHECK(without_signature(request.headers) == without_signature(right.headers));
    CHECK((request.headers != right.headers || request.body != right.body));
    if (request.headers.size() == right.headers.size()) {
      for (std::size_t i = 0; i < right.headers.size(); ++i) {
        CHECK(request.headers[i].name == right.headers[i].name);
      }
    }
  }
}

TEST_CASE("no forgery is valid, in any encoding and with any body") {
  const auto encoding = GENERATE(Encoding::v0, Encoding::hex, Encoding::base64);
  const auto body = GENERATE(as<std::string>{}, "", "{}", "x", "\xff", R"({"a":1})", "[ 1,\n2 ]", R"("\\")",
                             R"({ "a" : "b\"c\\" })", "\n");
  CAPTURE(encoding, body);
  for (const Forgery& forgery : forgeries()) {
    CAPTURE(forgery.name);
    std::optional<Request> request;
    try {
      request = forged(forgery, body, encoding);
    } catch (const Error&) {
      CHECK((body.empty() || forgery.name == "reserialised"));
    }
    if (request) CHECK(verdict_on(*request) != Verdict::valid);
  }
}

TEST_CASE("a forgery that needs a body is rejected for an empty one") {
  for (const auto* name : {"tampered-body", "body-dropped", "empty-body-signed", "reserialised"}) {
    CHECK_THROWS_AS(forged(name, ""), Error);
  }
  CHECK_THROWS_AS(forged("reserialised", "no JSON"), Error);
  CHECK_THROWS_AS(forged("reserialised", "{}"), Error);
}

TEST_CASE("a tampered body is still JSON, of the same type") {
  struct Row {
    std::string body, tampered;
  };
  const Row rows[] = {
      {R"({"type":"t","n":10})", R"({"type":"t","n":11})"},
      {R"({"n":-1.5e3,"b":true,"x":""})", R"({"n":-1.5e2,"b":true,"x":""})"},
      {R"(["az ]", null])", R"(["a{ ]", null])"},
      {R"({"a":{"b":["c4"]},"d":"\u00e9"})", R"({"a":{"b":["c5"]},"d":"\u00e9"})"},
      {R"({"a":"\n"})", "{\"a\":\"\\n\"|"},
      {"text", "texu"},
  };
  for (const auto& [body, tampered] : rows) CHECK(forged("tampered-body", body).body == tampered);
  CHECK(JsonText::parse(forged("tampered-body").body));
}

TEST_CASE("a re-serialized body differs only in whitespace outside of strings") {
  const auto signature_over = [](std::string_view body) {
    return all_values(signed_request(body, {.secret = real_secret}, signing_time), signature_header);
  };
  struct Row {
    std::string body, again;
  };
  const Row rows[] = {
      {R"({"a":1,"b":[2,3]})", R"({"a": 1, "b": [2, 3]})"},
      {"{\"a\" :\t[ 1.0 ,\r\n 2 ]}\n", R"({"a":[1.0,2]})"},
      {R"([" a , b : ", "\\", "\" , "])", R"([" a , b : ","\\","\" , "])"},
  };
  for (const auto& [body, again] : rows) {
    const Request request = forged("reserialised", body);
    CHECK(request.body == body);
    CHECK(all_values(request, signature_header) == signature_over(again));
  }
}

TEST_CASE("forgeries have names and descriptions") {
  std::set<std::string_view> names;
  for (const Forgery& forgery : forgeries()) {
    CAPTURE(forgery.name);
    CHECK(names.insert(forgery.name).second);
    CHECK(find_forgery(forgery.name) == &forgery);
    CHECK_FALSE(forgery.meaning.empty());
    CHECK_FALSE(forgery.accepted_means.empty());
    CHECK(forgery.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
  }
  CHECK(find_forgery("uppercase") == nullptr);
  CHECK(find_forgery("") == nullptr);
}

TEST_CASE("a forged header replaces the given one") {
  const Signing signing{.secret = real_secret, .headers = {{"x-alo-signature", "mine"}, {"X-After", "1"}}};
  const Request request = forged_request(*find_forgery("truncated"), event, signing, signing_time, same_bits);
  CHECK(header_values(request.headers, signature_header).size() == 1);
  CHECK(verdict_on(request) == Verdict::malformed_signature);
  CHECK(request.headers.back().name == "X-After");
}
