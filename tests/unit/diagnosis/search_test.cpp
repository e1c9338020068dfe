#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "base/codec.h"
#include "base/utf16.h"
#include "diagnosis/deviations.h"
#include "diagnosis/forms/charsets.h"
#include "diagnosis/forms/normalization.h"
#include "diagnosis/forms/secret_forms.h"
#include "diagnosis/forms/text_forms.h"
#include "diagnosis/forms/url_forms.h"
#include "diagnosis/inflate.h"
#include "diagnosis/json/json_styles.h"
#include "json/json_string.h"
#include "signing/secret_check.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

constexpr std::size_t plenty = 1 << 20;

using Recoding = std::function<std::optional<std::string>(std::string_view)>;

/// What Python's libraries do, by the kinds in vectors/text_forms.tsv.
const std::map<std::string, Recoding> forms = {
    {"nfc", to_nfc},
    {"nfd", to_nfd},
    {"inflate", [](auto text) { return decompress(text, plenty); }},
    {"latin-1-encode", [](auto text) { return single_byte_from_utf8(text, SingleByte::latin1, '?'); }},
    {"cp1252-encode", [](auto text) { return single_byte_from_utf8(text, SingleByte::windows1252, '?'); }},
    {"latin-1-decode", [](auto text) { return utf8_from_single_byte(text, SingleByte::latin1); }},
    {"cp1252-decode", [](auto text) { return utf8_from_single_byte(text, SingleByte::windows1252); }},
    {"utf-16-le", [](auto text) { return utf16_from_utf8(text, ByteOrder::little); }},
    {"utf-16-be", [](auto text) { return utf16_from_utf8(text, ByteOrder::big); }},
    {"ascii-replace", [](auto text) { return ascii_from_utf8(text, "?"); }},
    {"ascii-ignore", [](auto text) { return ascii_from_utf8(text, ""); }},
    {"ascii-decode", [](auto text) { return ascii_from_bytes(text, "\xEF\xBF\xBD"); }},
    {"quote", [](auto text) { return url_encode(text, "_.-~/", UrlSpace::percent); }},
    {"quote_plus", [](auto text) { return url_encode(text, "_.-~", UrlSpace::plus); }},
    {"unquote_plus", [](auto text) { return url_decode(text, UrlSpace::plus); }},
    {"encodebytes", [](auto text) { return base64_in_lines(text, 76); }},
    {"bytes", python_bytes},
};

struct Recorded {
  std::string kind, given, made;
};

std::vector<Recorded> recorded() {
  std::ifstream file(ALOHOOK_SOURCE_DIR "/tests/vectors/text_forms.tsv");
  std::vector<Recorded> result;
  std::string given, made;
  for (Recorded line; std::getline(file, line.kind, '\t');) {
    std::getline(file, given, '\t');
    std::getline(file, made);
    line.given = hex_decode(given).value();
    line.made = hex_decode(made).value();
    result.push_back(line);
  }
  return result;
}

}  // namespace

TEST_CASE("text is normalized, decompressed and re-encoded like in Python's libraries") {
  std::set<std::string> kinds;
  for (const auto& [kind, given, made] : recorded()) {
    CAPTURE(kind, given.substr(0, 60));
    const auto result = forms.at(kind)(given);
    REQUIRE(result);
    CHECK((*result == made));
    kinds.insert(kind);
  }
  CHECK(kinds.size() == forms.size());
}

TEST_CASE("truncated or damaged compressed data is rejected or stays within the limit") {
  for (const auto& [kind, given, made] : recorded()) {
    if (kind != "inflate" || given.size() > 2000) continue;
    for (std::size_t cut = 0; cut < given.size(); ++cut)
      CHECK_FALSE(decompress(given.substr(0, cut), plenty));
    for (std::size_t i = 0; i < given.size(); ++i) {
      std::string damaged = given;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x5A);
      const auto text = decompress(damaged, 100'000);
      if (text) CHECK(text->size() <= 100'000);
    }
    if (!made.empty()) CHECK_FALSE(decompress(given, made.size() - 1));
  }
}

TEST_CASE("a body encoded twice and a stringified Buffer are written like in Node") {
  std::ifstream file(ALOHOOK_SOURCE_DIR "/tests/vectors/reserialised/recordings.tsv");
  std::ifstream inputs_file(ALOHOOK_SOURCE_DIR "/tests/vectors/reserialised/inputs.json");
  std::map<std::string, std::string> inputs;
  for (const auto& pair : nlohmann::json::parse(inputs_file)) inputs[pair[0]] = pair[1];
  const JsonStringWriter writer(json_style("js").strings);
  std::size_t checked = 0;
  for (std::string style, input, in_hex; std::getline(file, style, '\t');) {
    std::getline(file, input, '\t');
    std::getline(file, in_hex);
    CAPTURE(input);
    if (style == "js-buffer") CHECK(javascript_buffer(inputs.at(input)) == hex_decode(in_hex));
    if (style == "python-bytes") CHECK(python_bytes(inputs.at(input)) == hex_decode(in_hex));
    if (style == "js-double") {
      std::string twice;
      CHECK(writer.append(twice, quote_json_string(inputs.at(input))));
      CHECK(twice == hex_decode(in_hex));
    }
    checked += style == "js-buffer" || style == "python-bytes" || style == "js-double";
  }
  CHECK(checked > 60);
}

TEST_CASE("UTF-16 is recognized by its byte order mark or its zeros, and nothing else is mistaken for it") {
  CHECK(utf8_from_utf16(std::string("\xFF\xFE"
                                    "a\0b\0",
                                    6)) == "ab");
  CHECK(utf8_from_utf16(std::string("\xFE\xFF\0a\0b", 6)) == "ab");
  CHECK(utf8_from_utf16(std::string("a\0b\0c\0d\0", 8)) == "abcd");
  CHECK_FALSE(utf8_from_utf16("abcdefgh"));
  CHECK_FALSE(utf8_from_utf16("a"));
  CHECK_FALSE(utf8_from_utf16(""));
}

TEST_CASE("a secret's forms are distinct and never show it") {
  const std::string quoted = "\"whsec_c2VjcmV0LXZhbHVlLW9mLXNvbWUtbGVuZ3Ro\"\n";
  std::set<std::string> seen;
  for (const auto& form : secret_forms(quoted)) {
    CHECK(seen.insert(form.bytes).second);
    CHECK(form.note.find("c2Vj") == std::string::npos);
  }
  CHECK(secret_forms(quoted).front().deviations() == 0);
}
