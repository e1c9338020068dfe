#include "diagnosis/mac_readings.h"

#include <algorithm>

#include "base/codec.h"
#include "base/text.h"
#include "diagnosis/diagnosis.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

// printf 'v0:1763900000:{"type":"action_created","id":1}' | openssl dgst -sha256 -hmac 9f2c0d5be7714aa1b3c8d6e5f4a39281
const std::string hex = "426cfef6fc0519da56197ffefb98dd9da0573298263fb5b047692c9aea6bd993";
const std::string signed_body = R"({"type":"action_created","id":1})";

Diagnosis diagnosis_of(const std::string& signature, std::string_view text = signed_body) {
  Secrets secrets;
  secrets.emplace_back("9f2c0d5be7714aa1b3c8d6e5f4a39281");
  const Headers headers{{"X-ALO-Request-Timestamp", "1763900000"}, {"X-ALO-Signature", signature}};
  return diagnose({secrets, headers, text, Time(std::chrono::seconds(1763900000))});
}

/// The digits in pairs, with a separator between them.
std::string joined(std::string_view digits, std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    if (i > 0) out += between;
    out += digits.substr(i, 2);
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = upper_case(c);
  return text;
}

}  // namespace

TEST_CASE("a correct MAC whose text was altered is still recognized, and the alteration is identified") {
  const std::string v0 = "v0=" + hex, raw = hex_decode(hex).value(), base64 = base64_encode(raw);
  std::string decimal, signed_decimal;
  for (const char c : raw) {
    decimal += (decimal.empty() ? "" : ",") + std::to_string(static_cast<unsigned char>(c));
    signed_decimal += (signed_decimal.empty() ? "" : ", ") + std::to_string(static_cast<signed char>(c));
  }
  const auto [signature, note] = GENERATE_COPY(table<std::string, std::string>({
      {'"' + v0 + '"', "with quotes around it"},
      {"'" + v0 + "'", "with quotes around it"},
      {"“" + v0 + "”", "with typographic quotes around it"},
      {"\\\"" + v0 + "\\\"", "with escaped quotes around it"},
      {v0 + "\"", "with a quote at its end"},
      {v0 + "\r", "with a carriage return at its end"},
      {"v0%3D" + hex, "percent-encoded"},
      {"v0&#61;" + hex, "with HTML entities"},
      {"v0\\u003d" + hex, "with JSON escapes"},
      {"v0＝" + hex, "with a full-width ="},
      {"v0 " + hex, "with the prefix \"v0 \""},
      {"v0==" + hex, "with the prefix \"v0==\""},
      {v0 + "\n", "with a newline at its end"},
      {" " + v0, "with whitespace around it"},
      {v0 + std::string(1, '\0'), "with a NUL byte at its end"},
      {v0 + "\\n", "with a literal \\n at its end"},
      {v0 + ",", "with a comma at its end"},
      {"\xEF\xBB\xBF" + v0, "with invisible characters in it"},
      {v0 + "\u200b", "with invisible characters in it"},
      {"X-ALO-Signature: " + v0, "with the header's name before it"},
      {"x_alo_signature=" + v0, "with the header's name before it"},
      {"-H 'X-ALO-Signature: " + v0 + "'", "with the header's name before it"},
      {"Bearer " + v0, "after the word Bearer"},
      {"sha256=" + hex, "with the prefix \"sha256=\""},
      {"0x" + hex, "with 0x before it"},
      {"\\x" + hex, "with \\x before it"},
      {"b'" + hex + "'", "as Python prints bytes, b'…'"},
      {"v0=b'" + hex + "'", "as Python prints bytes, b'…'"},
      {"[" + v0 + "]", "in brackets"},
      {"HMAC-SHA256(stdin)= " + hex, "with openssl's label before it"},
      {"(stdin)= " + hex, "with openssl's label before it"},
      {hex + "  -", "with a file name after it, as sha256sum prints"},
      {"v0=" + upper(hex), "in upper-case hex"},
      {joined(upper(hex), "-"), "in hex with dashes (BitConverter.ToString)"},
      {joined(hex, ":"), "in hex with colons (openssl dgst -c)"},
      {joined(hex, " "), "in hex with spaces"},
      {"<Buffer " + joined(hex, " ") + ">", "as Node prints a Buffer"},
      {"\\x" + joined(hex, "\\x"), "in hex with \\x before each byte"},
      {hex.substr(0, 40) + "\n" + hex.substr(40), "in hex, broken across lines"},
      {decimal, "as a list of decimal bytes"},
      {"[" + signed_decimal + "]", "as a list of decimal bytes"},
      {"{\"type\":\"Buffer\",\"data\":[" + decimal + "]}", "as JSON.stringify prints a Buffer"},
      {base64_encode(hex), "as Base64 of the hex digits"},
      {base64_encode(v0), "as Base64 of the hex digits"},
      {base64_encode(base64), "as Base64 of Base64"},
      {hex_encode(hex), "as hex of the hex digits"},
      {"v0=" + base64, "in Base64"},
      {base64.substr(0, 43), "in Base64 without padding"},
      {replaced(replaced(base64, "+", "-"), "/", "_"), "in base64url"},
      {replaced(replaced(base64, "+", "%2B"), "=", "%3D"), "in percent-encoded Base64"},
      {lower_case(base64), "in Base64 made lower-case"},
      {raw, "as raw bytes"},
      {replaced(v0, "05", "O5"), "with letters that look like digits (O for 0, l for 1)"},
      {v0.substr(0, 43), "cut to 20 of its 32 bytes"},
      {v0.substr(9), "without its first 6 characters"},
  }));
  CAPTURE(signature, note);
  const Diagnosis diagnosis = diagnosis_of(signature);
  REQUIRE(diagnosis.causes.size() == 1);
  CHECK(diagnosis.causes[0].proven);
  CHECK_THAT(diagnosis.causes[0].evidence, ContainsSubstring("the right MAC, "));
  CHECK_THAT(diagnosis.causes[0].evidence, ContainsSubstring(note));
}

// Found by incrementing n until Python's hmac of {"type":"action_created","n":<n>} began with the digit 0.
TEST_CASE("a MAC that lost its leading zeros is recognized, whether those of the number or of each byte") {
  Secrets secrets;
  secrets.emplace_back("9f2c0d5be7714aa1b3c8d6e5f4a39281");
  std::string text, digits;
  for (int n = 0; n < 3000 && !digits.starts_with('0'); ++n) {
    text = "{\"n\":" + std::to_string(n) + "}";
    digits = hex_encode(bytes_of(mac(secrets[0], "1763900000", text)));
  }
  REQUIRE(digits.starts_with('0'));
  const Diagnosis as_number = diagnosis_of("v0=" + digits.substr(digits.find_first_not_of('0')), text);
  CHECK_THAT(as_number.causes.at(0).evidence, ContainsSubstring("the right MAC, without its leading zero"));
  std::string by_byte;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    by_byte += digits.substr(digits[i] == '0' ? i + 1 : i, digits[i] == '0' ? 1 : 2);
  const Diagnosis as_bytes = diagnosis_of(by_byte, text);
  REQUIRE_FALSE(as_bytes.causes.empty());
  CHECK(as_bytes.causes[0].proven);
}

TEST_CASE("a retyped MAC with two wrong digits is recognized, but not one with three") {
  std::string typed = "v0=" + hex;
  typed[5] = typed[5] == 'a' ? 'b' : 'a';
  typed[60] = typed[60] == 'a' ? 'b' : 'a';
  const Diagnosis two = diagnosis_of(typed);
  REQUIRE(two.causes.size() == 1);
  CHECK(two.causes[0].id == "mac-altered");
  CHECK(two.causes[0].proven);
  typed[30] = typed[30] == 'a' ? 'b' : 'a';
  CHECK(diagnosis_of(typed).causes.at(0).id == "wrong-secret");
}

TEST_CASE("an altered MAC of another body isn't recognized") {
  const Diagnosis diagnosis = diagnosis_of("\"v0=" + hex + "\"", "{}");
  for (const Cause& cause : diagnosis.causes) CHECK_FALSE(cause.proven);
}
