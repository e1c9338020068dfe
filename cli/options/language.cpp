#include "options/language.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "options/declare.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

struct Alias {
  std::string_view word, language;
};
constexpr Alias aliases[] = {
    {"ruby", "Ruby"},       {"node", "Node"},    {"python", "Python"}, {"php", "PHP"},
    {"go", "Go"},           {"java", "Java"},    {"csharp", "C#"},     {"rb", "Ruby"},
    {"rails", "Ruby"},      {"js", "Node"},      {"ts", "Node"},       {"javascript", "Node"},
    {"typescript", "Node"}, {"py", "Python"},    {"golang", "Go"},     {"kotlin", "Java"},
    {"c#", "C#"},           {"cs", "C#"},        {"dotnet", "C#"},     {".net", "C#"},
    {"laravel", "PHP"},     {"express", "Node"}, {"django", "Python"}, {"flask", "Python"},
    {"spring", "Java"},     {"aspnet", "C#"},
};

constexpr Alias project_files[] = {
    {"package.json", "Node"}, {"Gemfile", "Ruby"},          {"composer.json", "PHP"},
    {"go.mod", "Go"},         {"pyproject.toml", "Python"}, {"requirements.txt", "Python"},
    {"manage.py", "Python"},  {"Pipfile", "Python"},        {"pom.xml", "Java"},
    {"build.gradle", "Java"}, {"build.gradle.kts", "Java"},
};

}  // namespace

const std::vector<std::string>& language_words() {
  static const std::vector<std::string> words{"ruby", "node", "python", "php", "go", "java", "csharp"};
  return words;
}

std::string_view language_named(std::string_view word) {
  const std::string lower = lower_case(word);
  const auto found = std::ranges::find(aliases, std::string_view(lower), &Alias::word);
  return found == std::end(aliases) ? std::string_view() : found->language;
}

std::string_view language_of_project(const std::string& directory) {
  std::set<std::string_view> found;
  std::error_code ignored;
  for (const auto& [file, language] : project_files) {
    if (fs::exists(fs::path(directory) / file, ignored)) found.insert(language);
  }
  for (fs::directory_iterator entry(directory, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    const fs::path extension = entry->path().extension();
    if (extension == ".csproj" || extension == ".sln") found.insert("C#");
  }
  // Many projects have a package.json for their assets beside their own language.
  if (found.size() == 2) found.erase("Node");
  return found.size() == 1 ? *found.begin() : std::string_view();
}

void add_language_option(CommandApp& app, std::string& word) {
  std::vector<Candidate> languages;
  for (const std::string& one : language_words()) languages.push_back({one, {}});
  const FlagRef flag = add_value(app, "--lang", word, {"LANGUAGE"},
                                 "Show fixes for this language: ruby, node, python, php, go, java or csharp");
  offer_words(app, flag, std::move(languages));
}

std::string_view language_of_fixes(const std::string& word) {
  if (word.empty()) return language_of_project(".");
  const std::string_view language = language_named(word);
  if (language.empty() && word != "all") {
    throw Error(fmt::format("'{}' is not a language that fixes are given in", word),
                fmt::format("choose one of {} or all", fmt::join(language_words(), ", ")));
  }
  return language;
}

}  // namespace alohook
