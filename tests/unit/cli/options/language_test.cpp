#include "options/language.h"

#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

TEST_CASE("a language is recognized by its name and its common aliases") {
  for (const std::string& word : language_words()) CHECK_FALSE(language_named(word).empty());
  CHECK(language_named("JS") == "Node");
  CHECK(language_named("c#") == "C#");
  CHECK(language_named("cobol").empty());
}

TEST_CASE("the project's language is guessed from its files, unless they disagree") {
  const auto [file, language] = GENERATE(table<std::string, std::string>({
      {"package.json", "Node"},
      {"Gemfile", "Ruby"},
      {"composer.json", "PHP"},
      {"go.mod", "Go"},
      {"pyproject.toml", "Python"},
      {"requirements.txt", "Python"},
      {"pom.xml", "Java"},
      {"build.gradle", "Java"},
      {"Shop.csproj", "C#"},
  }));
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  CHECK(language_of_project(path).empty());
  folder.write(file, "");
  CHECK(language_of_project(path) == language);
  folder.write(file == "go.mod" ? "Gemfile" : "go.mod", "");
  folder.write(file == "pom.xml" ? "composer.json" : "pom.xml", "");
  CHECK(language_of_project(path).empty());
}
