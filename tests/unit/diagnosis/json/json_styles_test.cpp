#include "diagnosis/json/json_styles.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/codec.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

const std::string folder = ALOHOOK_SOURCE_DIR "/tests/vectors/reserialised/";

/// One line of recordings.tsv: the output of a real library.
struct Recording {
  std::string style, input, output;
};

std::map<std::string, std::string> inputs() {
  std::ifstream file(folder + "inputs.json");
  std::map<std::string, std::string> result;
  for (const auto& [name, text] :
       nlohmann::json::parse(file).get<std::vector<std::pair<std::string, std::string>>>()) {
    result[name] = text;
  }
  return result;
}

std::vector<Recording> recordings() {
  std::ifstream file(folder + "recordings.tsv");
  std::vector<Recording> result;
  std::string hex;
  for (Recording line; std::getline(file, line.style, '\t');) {
    std::getline(file, line.input, '\t');
    std::getline(file, hex);
    line.output = hex_decode(hex).value();
    result.push_back(line);
  }
  return result;
}

const JsonStyle* find_style(std::string_view id) {
  const auto styles = json_styles();
  const auto found = std::ranges::find(styles, id, &JsonStyle::id);
  return found == styles.end() ? nullptr : &*found;
}

std::optional<std::string> rewrite(const std::string& text, const JsonStyle& style) {
  const auto parsed = JsonText::parse(text);
  REQUIRE(parsed);
  return write_json(JsonTree(*parsed, style.duplicates), style);
}

}  // namespace

TEST_CASE("JSON is re-serialized byte for byte like in Python, JavaScript, PHP, Go, Ruby and Java") {
  const auto texts = inputs();
  std::set<std::string> proven;
  for (const Recording& recording : recordings()) {
    const JsonStyle* style = find_style(recording.style);
    if (style == nullptr) continue;
    // JDK 17 prints some doubles with more digits than necessary (JDK-4511638); 19 and later print the shortest ones.
    const bool is_java = style->numbers == JsonNumbers::java || style->numbers == JsonNumbers::java_doubles;
    if (is_java && recording.input == "doubles") continue;
    CAPTURE(recording.style, recording.input);
    const auto written = rewrite(texts.at(recording.input), *style);
    REQUIRE(written);
    CHECK(*written == recording.output);
    proven.insert(recording.style);
  }
  CHECK(proven.size() >= 65);
}

TEST_CASE("every style has a recording, except for those based on documentation") {
  std::set<std::string> recorded;
  for (const Recording& recording : recordings()) recorded.insert(recording.style);
  for (const JsonStyle& style : json_styles()) {
    CAPTURE(style.id);
    CHECK(recorded.contains(std::string(style.id)) == style.is_recorded);
  }
}

TEST_CASE("a style produces nothing if its library doesn't") {
  const auto texts = inputs();
  std::set<std::pair<std::string, std::string>> recorded;
  for (const Recording& recording : recordings()) recorded.insert({recording.style, recording.input});
  for (const JsonStyle& style : json_styles()) {
    if (!style.is_recorded) continue;
    for (const auto& [name, text] : texts) {
      const bool is_ruby_repr = style.id == "ruby-inspect" && name == "lone-surrogates";
      // Perl's output for large numbers depends on how it was built, so they weren't recorded.
      const bool is_perl_number =
          style.numbers == JsonNumbers::perl && (name == "integers" || name == "floats" || name == "doubles");
      if (recorded.contains({std::string(style.id), name}) || is_ruby_repr || is_perl_number) continue;
      CAPTURE(style.id, name);
      CHECK_FALSE(rewrite(text, style));
    }
  }
}

namespace {

std::string changed(const std::string& text, std::string_view style, std::string_view title) {
  const auto all = json_changes();
  const auto change = std::ranges::find_if(
      all, [&](const JsonChange& c) { return c.title.find(title) != std::string_view::npos; });
  REQUIRE(change != all.end());
  const auto parsed = JsonText::parse(text);
  REQUIRE(parsed);
  return write_json(JsonTree(*parsed, JsonTree::Duplicates::last_wins), json_style(style), *change)
      .value_or("unchanged");
}

}  // namespace

TEST_CASE(".NET's JSON is as documented") {
  // The escapes are from learn.microsoft.com, "How to customize character encoding with System.Text.Json".
  CHECK(rewrite(R"({"a": "<b> & 'c' + \"d\" `é 😀/"})", json_style("dotnet")) ==
        R"({"a":"\u003Cb\u003E \u0026 \u0027c\u0027 \u002B \u0022d\u0022 \u0060\u00E9 \uD83D\uDE00/"})");
  CHECK(rewrite(R"({"a": "<é> 😀 \"q\""})", json_style("dotnet-relaxed")) ==
        R"({"a":"<é> \uD83D\uDE00 \"q\""})");
  CHECK(rewrite(R"({"n": [1.0, 1e3, 12], "at": "2026-11-26T12:00:00.120Z", "u": "é<"})",
                json_style("newtonsoft")) ==
        R"({"n":[1.0,1000.0,12],"at":"2026-11-26T12:00:00.12Z","u":"é<"})");
}

TEST_CASE("each change of middleware and mappers affects only what it should") {
  CHECK(changed(R"({"a":" x ","b":"  ","c":1})", "js", "TrimStrings and ConvertEmptyStringsToNull") ==
        R"({"a":"x","b":null,"c":1})");
  CHECK(changed(R"({"a":"","b":1})", "js", "(Laravel's ConvertEmptyStringsToNull)") == R"({"a":null,"b":1})");
  CHECK(changed(R"({"actionId":1,"title_text":{"URLPath":2}})", "js", "PascalCase (a .NET class)") ==
        R"({"ActionId":1,"Title_text":{"URLPath":2}})");
  CHECK(changed(R"({"actionId":1,"URLPath":2})", "js", "in snake_case") == R"({"action_id":1,"url_path":2})");
  CHECK(changed(R"({"a":null,"b":[null],"c":{"d":null}})", "js", "null members") == R"({"b":[null],"c":{}})");
  CHECK(changed(R"({"a":"<b>'x'</b> & \"y\""})", "js", "htmlspecialchars") ==
        R"({"a":"&lt;b&gt;&#039;x&#039;&lt;/b&gt; &amp; &quot;y&quot;"})");
  CHECK(changed(R"({"a":1,"b":"x"})", "js", "numbers made strings") == R"({"a":"1","b":"x"})");
  CHECK(changed(R"({"a":1})", "js", "TrimStrings)") == "unchanged");
}
