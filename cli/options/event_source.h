#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/fixture.h"
#include "world/context.h"

namespace alohook {

/// Returns the built-in fixtures, with those of `folder` (when not empty) added or put in their place.
/// Throws Error when the folder can't be read.
std::vector<Fixture> load_fixtures(const std::string& folder, Context& context);

/// Returns the fixture of this name; throws Error with "did you mean" when there is none.
const Fixture& find_fixture(const std::vector<Fixture>& fixtures, const std::string& name);

/// Throws Error if the two words after a command's name are swapped, or the first is missing: `first` is an event or a
/// file, `url` a URL. `example` is suggested for a missing first word.
void check_word_order(std::string_view command, const std::string& first, const std::string& url,
                      std::string_view example);

/// Describes the event that a fixture is: ALO's words for its type.
std::string meaning_of(const Fixture& fixture);

/// A body to send, and what to call it.
struct EventBody {
  std::string name;
  std::string bytes;
};

/// Gives the body of what `EVENT` names, again and again: `-` is standard input and a path is a file, both sent as they
/// are; anything else is a fixture, made fresh each time, or the same in each run with the same seed.
struct EventSupply {
  std::function<EventBody()> next;
  bool is_constant = true;  ///< the bytes are the same each time
  EventBody original = {};  ///< what `next` makes fresh
};
EventSupply open_event(const std::string& event, const std::string& fixture_folder,
                       std::optional<std::uint64_t> seed, Context& context);

}  // namespace alohook
