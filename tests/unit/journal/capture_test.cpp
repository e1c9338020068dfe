#include "journal/capture.h"

#include "base/codec.h"
#include "json/json_string.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

const std::string captured_body = "{\"type\":\"action_created\",\"title\":\"Café\"}";

CapturedRequest one(std::string_view text) {
  auto captures = read_capture(text);
  REQUIRE(captures.size() == 1);
  return captures[0];
}

}  // namespace

TEST_CASE("an AWS Lambda event's headers and body are extracted, even from Base64") {
  const std::string headers =
      R"("headers":{"x-alo-signature":"v0=ab","x-alo-request-timestamp":"1795694000"})";
  const CapturedRequest plain =
      one("{\"version\":\"2.0\"," + headers + ",\"body\":" + quote_json_string(captured_body) +
          ",\"isBase64Encoded\":false}");
  CHECK(plain.request.body == captured_body);
  CHECK(header_value(plain.request.headers, "X-ALO-Signature") == "v0=ab");
  CHECK_THAT(plain.note, ContainsSubstring("AWS Lambda"));
  const CapturedRequest encoded =
      one("{" + headers + ",\"body\":\"" + base64_encode(captured_body) + "\",\"isBase64Encoded\":true}");
  CHECK(encoded.request.body == captured_body);
}

TEST_CASE("other envelopes are read: lists of values, lists of pairs, and nested ones") {
  CHECK(one(R"({"headers":{"X-ALO-Signature":["v0=ab"]},"content":"{}"})").request.body == "{}");
  CHECK(one(R"({"request":{"headers":[{"name":"X-ALO-Signature","value":"v0=ab"}],"body":"{}"}})")
            .request.body == "{}");
  CHECK(one(R"({"Records":[{"headers":{"X-ALO-Signature":"v0=ab"},"body":"{}"}]})").request.body == "{}");
}

TEST_CASE("a body that was parsed before it was saved is reported as lost") {
  const CapturedRequest captured = one(R"({"headers":{"X-ALO-Signature":"v0=ab"},"body":{"a": 1}})");
  CHECK(captured.request.body == "{\"a\": 1}");
  CHECK_THAT(captured.note, ContainsSubstring("exact bytes are lost"));
}

TEST_CASE("ALO's headers are found in dumps of any language, which have no body") {
  for (const char* dump :
       {"{'X-Alo-Signature': 'v0=ab', 'X-Alo-Request-Timestamp': '1795694000'}",
        "{\"HTTP_X_ALO_SIGNATURE\"=>\"v0=ab\", \"HTTP_X_ALO_REQUEST_TIMESTAMP\"=>\"1795694000\"}",
        "Array\n(\n    [X-Alo-Signature] => v0=ab\n    [X-Alo-Request-Timestamp] => 1795694000\n)",
        "map[X-Alo-Request-Timestamp:[1795694000] X-Alo-Signature:[v0=ab]]",
        "array(2) {\n  [\"X-ALO-SIGNATURE\"]=>\n  string(5) \"v0=ab\"\n  [\"X-ALO-REQUEST-TIMESTAMP\"]=>\n  "
        "string(10) \"1795694000\"\n}"}) {
    CAPTURE(dump);
    const CapturedRequest captured = one(dump);
    CHECK(header_value(captured.request.headers, "X-ALO-Signature") == "v0=ab");
    CHECK(header_value(captured.request.headers, "X-ALO-Request-Timestamp") == "1795694000");
    CHECK_FALSE(captured.missing_body.empty());
  }
}

TEST_CASE("text that isn't a capture isn't read as one") {
  for (const std::string& text :
       {std::string(), captured_body, std::string("hello"), std::string("[1,2]"), std::string("\"text\"")}) {
    CHECK(read_capture(text).empty());
  }
}
