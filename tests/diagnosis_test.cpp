#include "things/diagnosis.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "catch.hpp"
#include "ground/codec.h"
#include "things/diagnosis/causes.h"

using namespace alohook;

namespace {

/// One line of vectors/diagnosis.jsonl: a request that an independent signer got wrong in a known way.
struct Vector {
  std::string name;
  std::vector<std::string> causes;
  bool first_only = false;  // nothing can match, so more is suspected after the first cause
  Secrets secrets;
  Headers headers;
  std::string body;
  Time now;

  DiagnosisInput input() const { return {secrets, headers, body, now}; }
};

std::vector<Vector> vectors() {
  std::ifstream file(ALOHOOK_SOURCE_DIR "/tests/vectors/diagnosis.jsonl");
  std::vector<Vector> result;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    Vector vector{.name = json["name"],
                  .causes = json["causes"],
                  .first_only = json.contains("first_only"),
                  .body = base64_decode(json["body"].get<std::string>()).value(),
                  .now = Time(std::chrono::seconds(json["now"].get<std::int64_t>()))};
    vector.secrets.emplace_back(base64_decode(json["secret"].get<std::string>()).value());
    for (const auto& header : json["headers"]) vector.headers.push_back({header[0], header[1]});
    result.push_back(std::move(vector));
  }
  return result;
}

std::vector<std::string> ids(const Diagnosis& diagnosis) {
  std::vector<std::string> result;
  for (const Cause& cause : diagnosis.causes) result.push_back(cause.id);
  return result;
}

}  // namespace

TEST_CASE("every cause and every pair of causes that an independent signer recorded is named") {
  std::size_t pairs = 0;
  std::set<std::string> named;
  for (const Vector& vector : vectors()) {
    const Diagnosis diagnosis = diagnose(vector.input());
    std::vector<std::string> found = ids(diagnosis);
    if (vector.first_only && !found.empty()) found.resize(1);
    CAPTURE(vector.name, vector.causes);
    CHECK_THAT(found, Catch::Matchers::UnorderedEquals(vector.causes));
    pairs += vector.causes.size() == 2;
    named.insert(found.begin(), found.end());
  }
  CHECK(pairs >= 40);
  CHECK(named.size() == cause_texts().size());
}
