#include "options/event_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>

#include "base/error.h"
#include "base/spelling.h"
#include "base/visible.h"
#include "events/event_type.h"
#include "http/url.h"
#include "options/input.h"
#include "sender/shell.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

/// The time that seeded fixtures get.
constexpr Time seeded_now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

bool is_path(const std::string& event) {
  std::error_code ignored;
  return event.find('/') != std::string::npos || event.ends_with(".json") ||
         fs::is_regular_file(event, ignored);
}

}  // namespace

void check_word_order(std::string_view command, const std::string& first, const std::string& url,
                      std::string_view example) {
  std::error_code ignored;
  if (looks_like_url(first) && !fs::exists(first, ignored)) {
    if (url == default_url || looks_like_url(url)) {
      throw Error(
          fmt::format("missing {}: '{}' is a URL", command == "send" ? "EVENT" : "FILE|ID", visible(first)),
          fmt::format("try: alohook {} {} {}", command, example, shell_argument(first)));
    }
    throw Error(fmt::format("'{}' is a URL: the arguments are swapped", visible(first)),
                fmt::format("try: alohook {} {} {}", command, shell_argument(url), shell_argument(first)));
  }
  if (url.empty() || looks_like_url(url)) return;
  const auto& fixtures = built_in_fixtures();
  const bool is_event =
      std::ranges::any_of(fixtures, [&](const Fixture& fixture) { return fixture.name == url; });
  if (is_event || fs::is_regular_file(url, ignored)) {
    throw Error(
        fmt::format("'{}' is {}, where a URL belongs", visible(url), is_event ? "an event" : "a file"),
        fmt::format("try: alohook {} {} 3000", command, shell_argument(url)));
  }
}

std::vector<Fixture> load_fixtures(const std::string& folder, Context& context) {
  std::vector<Fixture> fixtures = built_in_fixtures();
  if (folder.empty()) return fixtures;
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) throw Error(fmt::format("can't read the fixtures directory '{}': {}", folder, error.message()));
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    Fixture fixture{.name = file.stem().string(), .body = read_input(file.string(), context)};
    const auto same = std::find_if(fixtures.begin(), fixtures.end(),
                                   [&](const Fixture& f) { return f.name == fixture.name; });
    if (same == fixtures.end()) {
      fixtures.push_back(std::move(fixture));
    } else {
      *same = std::move(fixture);
    }
  }
  return fixtures;
}

const Fixture& find_fixture(const std::vector<Fixture>& fixtures, const std::string& name) {
  const auto found =
      std::find_if(fixtures.begin(), fixtures.end(), [&](const Fixture& f) { return f.name == name; });
  if (found != fixtures.end()) return *found;
  std::vector<std::string_view> names;
  for (const Fixture& fixture : fixtures) names.push_back(fixture.name);
  const auto near = nearest(name, names);
  throw Error(fmt::format("there is no event '{}'", name),
              near.empty()
                  ? "list the events: alohook fixtures. Name a file by its path, and standard input by -"
                  : fmt::format("did you mean '{}'?", near));
}

std::string meaning_of(const Fixture& fixture) {
  const auto type = event_type_of(fixture.body);
  const EventType* known = type ? find_event_type(*type) : nullptr;
  if (known == nullptr) return "not an event type that ALO documents";
  if (known->name != *type) return fmt::format("alias of {}", known->name);
  return std::string(known->meaning);
}

EventSupply open_event(const std::string& event, const std::string& fixture_folder,
                       std::optional<std::uint64_t> seed, Context& context) {
  const auto constant = [](std::string name, std::string bytes) {
    EventBody body{std::move(name), std::move(bytes)};
    return EventSupply{.next = [body] { return body; }, .original = body};
  };
  if (event == "-") return constant("standard input", read_input("-", context));
  const std::vector<Fixture> fixtures = load_fixtures(fixture_folder, context);
  const bool is_fixture =
      std::any_of(fixtures.begin(), fixtures.end(), [&](const auto& f) { return f.name == event; });
  if (!is_fixture && is_path(event)) return constant(event, read_input(event, context));
  const std::string body = find_fixture(fixtures, event).body;
  if (!seed) {
    return {.next =
                [event, body, &context] {
                  return EventBody{event, refresh(body, context.now(), context.random)};
                },
            .is_constant = false,
            .original = {event, body}};
  }
  const auto generator = std::make_shared<std::mt19937_64>(*seed);
  return {.next =
              [event, body, generator] {
                return EventBody{event, refresh(body, seeded_now, [&] { return (*generator)(); })};
              },
          .is_constant = false,
          .original = {event, body}};
}

}  // namespace alohook
