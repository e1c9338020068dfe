#include "base/ci_commands.h"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("commands of Azure Pipelines and TeamCity are broken up on every CI system, anywhere in a line") {
  for (const CiSystem system : {CiSystem::other, CiSystem::github}) {
    const auto broken = [&](std::string_view text) { return without_ci_commands(text, system); };
    CHECK(broken("##vso[task.setvariable variable=PATH]/evil") ==
          "##\\vso[task.setvariable variable=PATH]/evil");
    CHECK(broken("a: ##VSO[x] b ##[error]c\n##[group]") == "a: ##\\VSO[x] b ##\\[error]c\n##\\[group]");
    CHECK(broken("X-A: ##teamcity[setParameter name='a']") == "X-A: ##\\teamcity[setParameter name='a']");
    CHECK(broken("###TeamCity[x") == "###\\TeamCity[x");
    CHECK(broken("## heading\n#vso[ ##vs[ ##") == "## heading\n#vso[ ##vs[ ##");
  }
}

TEST_CASE(
    "GitHub's commands are broken up if GitHub's runner reads the output, even after trimmed whitespace") {
  const auto broken = [](std::string_view text) { return without_ci_commands(text, CiSystem::github); };
  CHECK(broken("::error::x") == "\\::error::x");
  CHECK(broken("a\n  ::stop-commands::x\n") == "a\n  \\::stop-commands::x\n");
  CHECK(broken("\xE3\x80\x80\xC2\xA0::error::x") == "\xE3\x80\x80\xC2\xA0\\::error::x");
  CHECK(broken("a::b\n:: b") == "a::b\n\\:: b");
  CHECK(broken("") == "");
  CHECK(without_ci_commands("::error::x", CiSystem::other) == "::error::x");
}

TEST_CASE("a line of JSON without commands has the same value") {
  const std::string line = R"({"body":"##vso[a]##[b]##TEAMCITY[c] ### \\##vso[ ##"})";
  const std::string broken = json_without_ci_commands(line);
  CHECK(nlohmann::json::parse(broken) == nlohmann::json::parse(line));
  CHECK(broken.find("##vso[") == std::string::npos);
  CHECK(broken.find("##[") == std::string::npos);
  CHECK(broken.find("##TEAMCITY[") == std::string::npos);
}
