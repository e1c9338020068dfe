#include "options/usage_error.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace alohook {
namespace {

bool is_word_byte(char c) { return c == '-' || c == '_' || (c >= '0' && c <= '9') || (c | ' ') >= 'a'; }

std::size_t find_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word_byte(text[at - 1])) && (end == text.size() || !is_word_byte(text[end])))
      return at;
  }
  return std::string_view::npos;
}

/// Returns the options that the text names, in the order of their names in it.
std::vector<const CLI::Option*> named_options(const CLI::App& app, std::string_view text) {
  std::vector<std::pair<std::size_t, const CLI::Option*>> found;
  for (const CLI::Option* option : app.get_options()) {
    if (const auto at = find_word(text, option->get_name()); at != std::string_view::npos)
      found.emplace_back(at, option);
  }
  std::ranges::sort(found);
  std::vector<const CLI::Option*> options;
  for (const auto& [at, option] : found) options.push_back(option);
  return options;
}

template <class Kind>
bool is(const CLI::ParseError& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

}  // namespace

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  // Only the names are taken from CLI11's text: everything else in it changes from version to version.
  const std::string text = error.what();
  if (is<CLI::ValidationError>(error)) return text;  // all checks are alohook's own
  const auto options = named_options(app, text);
  if (options.empty()) return text;
  const std::string name = options.front()->get_name();
  if (options.size() > 1) {
    const std::string other = options[1]->get_name();
    if (is<CLI::RequiresError>(error)) return fmt::format("{} requires {}", name, other);
    if (is<CLI::ExcludesError>(error)) return fmt::format("{} and {} can't be used together", name, other);
  }
  if (is<CLI::RequiredError>(error)) return fmt::format("{} is required", name);
  const bool is_flag = options.front()->get_items_expected_max() == 0;
  if (is<CLI::ArgumentMismatch>(error) || is<CLI::ConversionError>(error))
    return fmt::format("{} {}", name, is_flag ? "takes no value" : "needs a value");
  return text;
}

}  // namespace alohook
