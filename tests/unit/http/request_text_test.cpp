#include "http/request_text.h"

#include "support/catch.hpp"

using namespace alohook;

namespace {

const std::string body = R"({"type":"action_created","title":"Leak"})";

CapturedRequest read(std::string_view text) {
  auto captured = read_http_text(text);
  REQUIRE(captured);
  return *captured;
}

std::string value(const CapturedRequest& captured, std::string_view name) {
  return std::string(header_value(captured.request.headers, name).value_or("(missing)"));
}

}  // namespace

TEST_CASE("a request is read as on the wire, with LF only, and without a version as in editors") {
  for (const std::string start :
       {"POST /hook HTTP/1.1\r\nHost: x\r\n", "POST /hook HTTP/1.1\nHost: x\n",
        "POST /hook HTTP/2\nHost: x\n", "POST http://127.0.0.1:3000/hook\nHost: x\n",
        "### a name\n# @name hook\n@host = x\nPOST https://x/hook\nHost: x\n",
        ":method: POST\n:path: /hook\n:scheme: https\n:authority: x\n"}) {
    CAPTURE(start);
    const CapturedRequest captured = read(start + "X-ALO-Signature: v0=ab\n\n" + body);
    CHECK(captured.request.method == "POST");
    CHECK(captured.request.target == "/hook");
    CHECK(value(captured, "Host") == "x");
    CHECK(value(captured, "x-alo-signature") == "v0=ab");
    CHECK(captured.request.body == body);
    CHECK(captured.missing_body.empty());
  }
}

TEST_CASE("headers are read from tables, and from pairs of lines copied from browsers") {
  for (const std::string text : {"X-ALO-Signature\tv0=ab\nX-Other\tc d\n",
                                 "| X-ALO-Signature | v0=ab |\n| --- | --- |\n| X-Other | c d |\n",
                                 "x-alo-signature:\nv0=ab\nx-other:\nc d\n",
                                 "\"X-ALO-Signature\": \"v0=ab\",\n\"X-Other\": \"c d\"\n"}) {
    CAPTURE(text);
    const CapturedRequest captured = read(text);
    CHECK(value(captured, "X-ALO-Signature") == "v0=ab");
    CHECK(value(captured, "X-Other") == "c d");
  }
}

TEST_CASE("curl -v doesn't print the body, so its log has none, and the response isn't mistaken for it") {
  const std::string head =
      "* Connected\n> POST /hook HTTP/1.1\n> Host: x\n> X-ALO-Signature: v0=ab\n> Content-Length: 40\n> \n";
  const CapturedRequest captured =
      read(head +
           "} [40 bytes data]\n< HTTP/1.1 401 Unauthorized\n< Content-Length: 4\n< \n{ [4 bytes data]\nnope");
  CHECK(value(captured, "X-ALO-Signature") == "v0=ab");
  CHECK(captured.request.body.empty());
  CHECK_THAT(captured.missing_body, ContainsSubstring("curl -v"));
  CHECK(read("> POST /hook HTTP/1.1\n> X-ALO-Signature: v0=ab\n>\n" + body).request.body == body);
}

TEST_CASE("curl --trace contains every byte of the body, --trace-ascii doesn't") {
  const std::string hex_head =
      "=> Send header, 36 bytes (0x24)\n0000: 50 4f 53 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d POST / "
      "HTTP/1.1.\n"
      "0010: 0a 58 3a 20 79 0d 0a 0d 0a                      .X: y....\n";
  const CapturedRequest hex = read(hex_head +
                                   "=> Send data, 3 bytes (0x3)\n0000: 7b 0a 7d                              "
                                   "          {.}\n== Info: done\n");
  CHECK(hex.request.body == "{\n}");
  CHECK(value(hex, "X") == "y");
  const CapturedRequest ascii = read(
      "=> Send header, 20 bytes\n0000: POST / HTTP/1.1\n0011: X: y\n0017: \n=> Send data, 3 bytes\n0000: "
      "{.}\n");
  CHECK_THAT(ascii.missing_body, ContainsSubstring("--trace does"));
}

TEST_CASE("a body in a separate file is reported with the file's name") {
  CHECK_THAT(read("POST /hook\nX: y\n\n< ./body.json\n").missing_body, ContainsSubstring("./body.json"));
}

TEST_CASE("a body longer than its Content-Length is truncated, with the rest kept and a note") {
  const CapturedRequest captured = read("POST / HTTP/1.1\nContent-Length: 8\n\n{\n  \"a\": 1\n}");
  CHECK(captured.request.body == "{\n  \"a\":");
  CHECK(captured.rest == " 1\n}");
  CHECK_THAT(captured.note, ContainsSubstring("12 bytes, but Content-Length says 8"));
  CHECK_THAT(read("POST / HTTP/1.1\nContent-Length: 80\n\n{}").note, ContainsSubstring("incomplete"));
}

TEST_CASE("a response after the request isn't part of its body") {
  CHECK(read("POST / HTTP/1.1\nX: y\n\n{\"a\":1}\n\nHTTP/1.1 200 OK\nServer: z\n\nok").request.body ==
        "{\"a\":1}");
}

TEST_CASE("saved text is made readable: UTF-16, byte order mark, colors, fences, indentation") {
  CHECK(plain_text(std::string("\xFF\xFE"
                               "a\0:\0b\0",
                               8)) == "a:b");
  CHECK(plain_text("\xEF\xBB\xBFX: y") == "X: y");
  CHECK(plain_text("\x1b[1;32mX\x1b[0m: y") == "X: y");
  CHECK(plain_text("```http\nX: y\n\n{}\n```\n") == "X: y\n\n{}");
  CHECK(plain_text("    X: y\n\n    {\n      1\n    }") == "X: y\n\n{\n  1\n}");
}

TEST_CASE("text that isn't a request isn't read as one") {
  for (const char* text : {"", "\n\n", "hello world", "{\"type\":\"x\"}", "[1]"})
    CHECK_FALSE(read_http_text(text));
}
