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

/// One line of recordings.tsv: what a real library printed.
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

TEST_CASE("JSON is written back byte for byte as Python, JavaScript, PHP, Go, Ruby and Java write it") {
  const auto texts = inputs();
  std::set<std::string> proven;
  for (const Recording& recording : recordings()) {
    const JsonStyle* style = find_style(recording.style);
    if (style == nullptr) continue;
    // JDK 17 prints some doubles with more digits than needed (JDK-4511638); 19 and later print the shortest.
    const bool is_java = style->numbers == JsonNumbers::java || style->numbers == JsonNumbers::java_doubles;
    if (is_java && recording.input == "doubles") continue;
    CAPTURE(recording.style, recording.input);
    const auto written = rewrite(texts.at(recording.input), *style);
    REQUIRE(written);
    CHECK(*written == recording.output);
    proven.insert(recording.style);
  }
  CHECK(proven.size() >= 45);
}

TEST_CASE("every style has its recording, but for the indenters that only move white space") {
  std::set<std::string> recorded;
  for (const Recording& recording : recordings()) recorded.insert(recording.style);
  const std::set<std::string> unrecorded_on_purpose{"spaced", "indent-2", "indent-4", "indent-tab",
                                                    "ruby-3.4-inspect"};
  for (const JsonStyle& style : json_styles()) {
    CAPTURE(style.id);
    CHECK(recorded.contains(std::string(style.id)) != unrecorded_on_purpose.contains(std::string(style.id)));
  }
}

TEST_CASE("no form is made up where the library has none") {
  const auto texts = inputs();
  std::set<std::pair<std::string, std::string>> recorded;
  for (const Recording& recording : recordings()) recorded.insert({recording.style, recording.input});
  for (const JsonStyle& style : json_styles()) {
    if (style.id.starts_with("indent") || style.id == "spaced" || style.id == "ruby-3.4-inspect") continue;
    for (const auto& [name, text] : texts) {
      const bool is_ruby_repr = style.id == "ruby-inspect" && name == "lone-surrogates";
      if (recorded.contains({std::string(style.id), name}) || is_ruby_repr) continue;
      CAPTURE(style.id, name);
      CHECK_FALSE(rewrite(text, style));
    }
  }
}
