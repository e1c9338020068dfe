#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "help/command_app.h"

namespace alohook {

/// Returns the words that `--lang` takes: `ruby`, `node`, `python` …
const std::vector<std::string>& language_words();

/// Returns the language of the fixes that a word stands for (`js` is Node too); empty for an unknown word.
std::string_view language_named(std::string_view word);

/// Guesses the language of the project in a directory from its package.json, Gemfile, go.mod and the like; empty when
/// there is none, or several disagree.
std::string_view language_of_project(const std::string& directory);

/// Declares `--lang`, which sets `word`.
void add_language_option(CommandApp& app, std::string& word);

/// Returns the language of the fixes: that of `--lang`, else of the project in the current directory, else all (empty).
/// Throws Error for a word that stands for none.
std::string_view language_of_fixes(const std::string& word);

}  // namespace alohook
