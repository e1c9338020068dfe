#include "inspector/matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace alohook {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::size_t EventMatcher::Hash::operator()(char c) const { return static_cast<unsigned char>(lower(c)); }
bool EventMatcher::Equal::operator()(char a, char b) const { return lower(a) == lower(b); }

EventMatcher::EventMatcher(std::string text)
    : text_(std::move(text)), searcher_(text_.cbegin(), text_.cend()) {}

bool EventMatcher::is_in(std::string_view text) const {
  return std::search(text.begin(), text.end(), searcher_) != text.end();
}

bool EventMatcher::matches(const ReceivedEvent& event) const {
  if (text_.empty()) return true;
  const Request& request = event.request;
  if (is_in(event.id) || (event.type && is_in(*event.type)) || is_in(request.target)) return true;
  for (const auto& [name, value] : request.headers) {
    if (is_in(name) || is_in(value) || is_in(fmt::format("{}: {}", name, value))) return true;
  }
  return is_in(request.body);
}

}  // namespace alohook
