#include "http/request_command.h"

#include "support/catch.hpp"

using namespace alohook;

namespace {

// The body contains what each notation has to escape: both quotes, a backslash, a percent sign and a non-ASCII
// character.
const std::string curl_body = R"({"t":"it's 5% \"é\""})";

void check(std::string_view text) {
  CAPTURE(text);
  const auto captured = read_request_command(text);
  REQUIRE(captured);
  CHECK(captured->request.target == "/hook?a=1");
  CHECK(header_value(captured->request.headers, "X-ALO-Signature") == "v0=ab");
  CHECK(captured->request.body == curl_body);
  CHECK(captured->missing_body.empty());
}

}  // namespace

TEST_CASE("curl for a POSIX shell is read as copied by browsers") {
  check(R"(curl 'http://x/hook?a=1' \
  -H 'Accept: */*' \
  -H 'X-ALO-Signature: v0=ab' \
  --data-raw $'{"t":"it\'s 5% \\"\u00e9\\""}' \
  --compressed)");
  check(R"(curl -X POST "http://x/hook?a=1" -H "X-ALO-Signature: v0=ab" -d "{\"t\":\"it's 5% \\\"é\\\"\"}")");
  check(
      R"(curl --request=POST --url http://x/hook?a=1 --header 'X-ALO-Signature: v0=ab' --data-binary '{"t":"it'\''s 5% \"é\""}')");
}

TEST_CASE("curl for the Windows shell is read as copied by browsers") {
  check(
      "curl ^\"http://x/hook?a=1^\" ^\r\n  -H ^\"X-ALO-Signature: v0=ab^\" ^\r\n"
      "  --data-raw ^\"^{^\\^\"t^\\^\":^\\^\"it's 5^% ^\\^\\^\\^\"é^\\^\\^\\^\"^\\^\"^}^\"");
}

TEST_CASE("fetch and PowerShell are read") {
  const auto fetch = read_request_command(
      R"(fetch("http://x/hook", { "headers": { "x-alo-signature": "v0=ab" }, "body": "{\"a\":1}", "method": "POST" });)");
  REQUIRE(fetch);
  CHECK(header_value(fetch->request.headers, "X-ALO-Signature") == "v0=ab");
  CHECK(fetch->request.body == "{\"a\":1}");
  const auto shell = read_request_command(
      "Invoke-WebRequest -Uri \"http://x/\" -Method \"POST\" -Headers @{\n\"X-ALO-Signature\"=\"v0=ab\"\n} "
      "-Body \"{`\"a`\":1}\"");
  REQUIRE(shell);
  CHECK(header_value(shell->request.headers, "X-ALO-Signature") == "v0=ab");
  CHECK(shell->request.body == "{\"a\":1}");
}

TEST_CASE("a command whose body is in a file, or that has no body, is reported as such") {
  CHECK_THAT(read_request_command("curl -H 'X: y' --data-binary @body.json http://x/")->missing_body,
             ContainsSubstring("body.json"));
  CHECK_FALSE(read_request_command("curl -H 'X: y' http://x/")->missing_body.empty());
}

TEST_CASE("other text isn't read as a command") {
  for (const char* text : {"", "POST / HTTP/1.1", "{}", "curly: yes"})
    CHECK_FALSE(read_request_command(text));
}
