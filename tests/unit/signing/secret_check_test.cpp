#include "signing/secret_check.h"

#include "base/codec.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

std::string first_note(std::string_view secret) {
  const auto remarks = look_at_secret(secret);
  return remarks.empty() ? "" : remarks.front().note;
}

bool is_rejected(std::string_view secret) {
  for (const SecretRemark& remark : look_at_secret(secret)) {
    if (remark.is_fatal) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("bytes that can't be a secret are rejected with the reason") {
  const auto [bytes, reason] = GENERATE(table<std::string, std::string>({
      {"", "is empty"},
      {" x", "starts with whitespace"},
      {"x\r", "ends in whitespace"},
      {"x\n", "ends in a newline"},
      {"\"x\"", "has quotes around it"},
      {"x'", "has quotes around it"},
      {"${ALO_SECRET}", "contains an unexpanded ${…}"},
      {"op://vault/item/field", "is a reference that nothing has resolved"},
      {"{{ secrets.ALO }}", "is a reference that nothing has resolved"},
      {"<your-secret>", "is a placeholder"},
      {"%ALO_SECRET%", "is a placeholder"},
      {"first\nsecond", "has several lines; give the secret alone"},
      {"# ALO secret\nabc", "has a comment and several lines; give the secret alone"},
      {"ALO_SIGNING_SECRET=topsecretvalue1234", "is written as NAME=value; give the value alone"},
      {"export ALO_SECRET=abc", "is written as NAME=value; give the value alone"},
      {"alo_secret: abc", "is written as NAME=value; give the value alone"},
      {"{\"secret\":\"abc\"}", "is JSON; give the value alone"},
      {"-----BEGIN PRIVATE KEY-----", "is a PEM key or certificate"},
      {"\xef\xbb\xbftopsecretvalue1234", "starts with a byte order mark; save it as UTF-8 without one"},
      {"****************", "is masked; copy the secret itself"},
      {"whsec_••••••••1234", "is masked; copy the secret itself"},
      {"8f74…85a5", "is masked; copy the secret itself"},
      {"8f742231b1...", "is masked; copy the secret itself"},
      {"...85a5", "is masked; copy the secret itself"},
      {"XXXXXXXXXXXX85a5", "is masked; copy the secret itself"},
      {"01234567\u200b89abcdef", "contains invisible characters"},
      {"0123456789abcdef\u00a0", "contains invisible characters"},
      {std::string("a\0b", 3), "contains a NUL byte"},
      {std::string("a\0b\0c\0d\0", 8), "is UTF-16 text; save it as UTF-8"},
  }));
  CAPTURE(bytes);
  CHECK(first_note(bytes) == reason);
  CHECK(is_rejected(bytes));
}

TEST_CASE("bytes that were probably not meant as a secret get a remark, and are accepted") {
  for (const char* bytes : {"$HOME", "0123456789abcdef\\n", "schl\xc3\xbcssel"}) {
    CAPTURE(bytes);
    CHECK_FALSE(look_at_secret(bytes).empty());
    CHECK_FALSE(is_rejected(bytes));
  }
}

TEST_CASE("any other bytes may be a secret, without a remark") {
  for (const std::string bytes :
       {"x", "two words", "it's", "a\"b", "a#b", "=", "abc=", "YWJj=", "QUJD==", "a:b", "p@ss=word", "a...b",
        "xxxxxxxx and more than six", "xxx85a5", "p@ss w0rd with spaces, quotes \" and {braces}",
        "\xff\xfe\x01", "8f742231b10e8888abcd99yyyzzz85a5"}) {
    CAPTURE(bytes);
    CHECK(look_at_secret(bytes).empty());
  }
  CHECK(look_at_secret(hex_decode("8f00ff31c2e5a97b0d0a20").value()).size() <= 1);
}

TEST_CASE("no remark contains the secret") {
  for (const std::string secret :
       {"ALO_SECRET=hush-hush", "\"hush-hush\"", "hush-hush\nline", "hush-hush ", "$hush-hush"}) {
    for (const SecretRemark& remark : look_at_secret(secret))
      CHECK(remark.note.find("hush") == std::string::npos);
  }
}

TEST_CASE("secrets below 16 bytes are short") {
  CHECK(is_short_secret("0123456789abcde"));
  CHECK_FALSE(is_short_secret("0123456789abcdef"));
}
