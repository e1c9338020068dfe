#include "journal/event_json.h"

#include <nlohmann/json.hpp>

#include "base/visible.h"
#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;
using Json = nlohmann::json;

namespace {

/// An independent Base64 decoder, so that alohook's own isn't used to test itself.
std::string decode(const std::string& text) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : text) {
    if (c == '=') break;
    const auto value = alphabet.find(c);
    for (int bit = 5; bit >= 0; --bit) bits += (value >> bit & 1) != 0 ? '1' : '0';
  }
  std::string bytes;
  for (std::size_t i = 0; i + 8 <= bits.size(); i += 8) {
    bytes.push_back(static_cast<char>(std::stoi(bits.substr(i, 8), nullptr, 2)));
  }
  return bytes;
}

/// Returns the bytes under `key` or `<key>_base64`.
std::string bytes_under(const Json& object, const std::string& key) {
  CHECK(object.contains(key) != object.contains(key + "_base64"));
  if (object.contains(key)) return object[key].get<std::string>();
  return decode(object[key + "_base64"].get<std::string>());
}

Headers headers_in(const Json& list) {
  Headers headers;
  for (const auto& pair : list) {
    const auto& value = pair[1];
    headers.push_back({pair[0].get<std::string>(), value.is_string()
                                                       ? value.get<std::string>()
                                                       : decode(value["base64"].get<std::string>())});
  }
  return headers;
}

ReceivedEvent event_with(std::string body, std::string target = "/hooks?x=1") {
  ReceivedEvent event;
  event.id = "00112233445566aa";
  event.received_at = parse_iso8601("2026-11-23T17:00:00.123Z").value();
  event.remote = "127.0.0.1:40000";
  event.request = {"POST", std::move(target), {{"Host", "127.0.0.1:8256"}, {"X-Empty", ""}}, std::move(body)};
  event.type = "action_created";
  event.verification = {Verdict::valid, Encoding::v0, 1, 3, {}};
  event.status = 200;
  event.took = std::chrono::microseconds{1234};
  return event;
}

}  // namespace

TEST_CASE("an event is one line with the documented keys in their order") {
  CHECK(
      to_json_line(event_with(R"({"type":"action_created"})")) ==
      R"({"schema":1,"id":"00112233445566aa","received_at":"2026-11-23T17:00:00.123Z","remote":"127.0.0.1:40000",)"
      R"("method":"POST","target":"/hooks?x=1","headers":[["Host","127.0.0.1:8256"],["X-Empty",""]],)"
      R"("body":"{\"type\":\"action_created\"}","type":"action_created",)"
      R"("signature":{"verdict":"valid","encoding":"v0","secret":1,"age_s":3},"answer":{"status":200,"ms":1.234}})");
}

TEST_CASE("a response with a fault names it") {
  ReceivedEvent event = event_with("x");
  CHECK_FALSE(Json::parse(to_json_line(event))["answer"].contains("fault"));
  event.fault = "wrong-length";
  CHECK_THAT(to_json_line(event),
             ContainsSubstring(R"("answer":{"status":200,"ms":1.234,"fault":"wrong-length"}})"));
}

TEST_CASE("an event's line restores the exact bytes of body, target and headers") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  const auto bytes =
      GENERATE_COPY(as<std::string>{}, "", "{}\r\n", "\xff", "text \x1b[31m \xe2\x80\xae \"\\/",
                    "cut \xe2\x82", std::string(3, '\0'), all);
  ReceivedEvent event = event_with(bytes, "/h\xff?q=" + bytes);
  event.request.headers = {{"Host", "x"}, {"X-Odd", bytes}, {"x-odd", "\xe9t\xe9"}, {"X-Odd", "plain"}};
  const std::string line = to_json_line(event);
  CHECK(is_plain(line));
  const auto parsed = Json::parse(line);
  CHECK(bytes_under(parsed, "body") == bytes);
  CHECK(bytes_under(parsed, "target") == event.request.target);
  CHECK(headers_in(parsed["headers"]) == event.request.headers);
}

TEST_CASE("an event's line restores every body of the JSON Parsing Test Suite") {
  const auto folder = corpus("json-test-suite/test_parsing");
  if (!folder) {
    WARN("the corpus json-test-suite is not here");
    return;
  }
  std::size_t count = 0;
  for (const auto& file : files_in(*folder)) {
    const std::string body = read_bytes(file);
    CAPTURE(file.filename().string());
    CHECK(bytes_under(Json::parse(to_json_line(event_with(body))), "body") == body);
    ++count;
  }
  CHECK(count == 318);
}

TEST_CASE("an event without a type has null, and a hostile type is quoted") {
  ReceivedEvent event = event_with("x");
  event.type.reset();
  CHECK(Json::parse(to_json_line(event))["type"].is_null());
  event.type = "a\"\n\x1b";
  CHECK(Json::parse(to_json_line(event))["type"].get<std::string>() == "a\"\n\x1b");
  event.type = "";
  CHECK(Json::parse(to_json_line(event))["type"].get<std::string>().empty());
}

TEST_CASE("a verification only has the documented members") {
  CHECK(to_json(Verification{}, {}) == R"({"verdict":"missing-signature"})");
  CHECK(to_json(Verification{Verdict::stale, Encoding::base64, 2, 301, {}}, {}) ==
        R"({"verdict":"stale","encoding":"base64","secret":2,"age_s":301})");
  CHECK(to_json(Verification{Verdict::malformed_timestamp, Encoding::hex, {}, {}, "not \"x\""}, {}) ==
        R"({"verdict":"malformed-timestamp","encoding":"hex","detail":"not \"x\""})");
  CHECK(to_json(Verification{Verdict::future, Encoding::v0, 1, -301, {}}, {}) ==
        R"({"verdict":"future","encoding":"v0","secret":1,"age_s":-301})");
}

TEST_CASE("headers keep order, case and duplicates") {
  CHECK(to_json(Headers{}) == "[]");
  CHECK(to_json(Headers{{"b", "2"}, {"A", "1"}, {"B", ""}}) == R"([["b","2"],["A","1"],["B",""]])");
  CHECK(to_json(Headers{{"x", "\xff"}}) == R"([["x",{"base64":"/w=="}]])");
}

TEST_CASE("the causes of an invalid signature are included, but not their fixes") {
  const Cause cause{
      "body-reserialised", "the body was \"parsed\"", "byte 3 \x1b", {{"Ruby", "use the raw body"}}, true};
  CHECK(to_json(Verification{Verdict::invalid, Encoding::v0, {}, 0, {}}, {cause, cause}) ==
        R"({"verdict":"invalid","encoding":"v0","age_s":0,"causes":[)"
        R"({"id":"body-reserialised","text":"the body was \"parsed\"","evidence":"byte 3 \u001b"},)"
        R"({"id":"body-reserialised","text":"the body was \"parsed\"","evidence":"byte 3 \u001b"}]})");
}
