#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "help/command_help.h"
#include "options/command.h"

// Declares one flag: its name, the value that it takes, and its help, which starts with a verb and has no full stop.
// Bad values throw Error with the expected and the given value: no text of CLI11 reaches the user.
namespace alohook {

inline constexpr ValueKind a_file{"FILE", Offer::files};
inline constexpr ValueKind a_directory{"DIR", Offer::directories};
inline constexpr ValueKind a_url{"URL", Offer::url};
inline constexpr ValueKind an_event{"EVENT", Offer::event};
inline constexpr ValueKind an_event_type{"TYPE", Offer::event_type};

/// Adds a flag or an argument that takes a text; one whose value is a list may be repeated.
FlagRef add_value(CommandApp& app, const std::string& flag, std::string& value, ValueKind kind,
                  const std::string& help);
FlagRef add_value(CommandApp& app, const std::string& flag, std::vector<std::string>& values, ValueKind kind,
                  const std::string& help);
/// Adds one whose text `read` turns into a value; it throws Error for one that it can't read.
FlagRef add_value(CommandApp& app, const std::string& flag,
                  const std::function<void(const std::string&)>& read, ValueKind kind,
                  const std::string& help);

/// Adds one that may be repeated, with a function that gets all its values.
FlagRef add_values(CommandApp& app, const std::string& flag,
                   const std::function<void(const std::vector<std::string>&)>& read, ValueKind kind,
                   const std::string& help);
/// Adds the program and its arguments that follow `--`.
FlagRef add_program(CommandApp& app, std::vector<std::string>& words, const std::string& help);
/// Adds a flag without a value: it sets `value` to true, or `--no-…` in `--x,!--no-x` to false.
FlagRef add_flag(CommandApp& app, const std::string& flag, bool& value, const std::string& help);
/// Adds one that calls a function when it is given.
FlagRef add_action(CommandApp& app, const std::string& flag, std::function<void()> act,
                   const std::string& help);

/// Joins words for an error: `human, json or quiet`.
std::string either(const std::vector<std::string_view>& words);

/// The error for a value that a flag can't take: `--port: expected a number from 0 to 65535, got '80000'`.
Error bad_value(const std::string& flag, std::string_view expected, std::string_view got,
                const std::string& hint = "");

/// The bounds of a whole number, inclusive.
struct NumberRange {
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
};
/// Reads a whole number; throws Error with the flag's name for anything else.
std::uint64_t read_number(const std::string& flag, NumberRange range, const std::string& text);
/// Adds a flag that takes a whole number.
FlagRef add_number(CommandApp& app, const std::string& flag, std::function<void(std::uint64_t)> set,
                   NumberRange range, ValueKind kind, const std::string& help,
                   const std::string& by_default = "");
template <typename Number>
FlagRef add_number(CommandApp& app, const std::string& flag, Number& value, NumberRange range, ValueKind kind,
                   const std::string& help) {
  const auto set = [&value](std::uint64_t number) { value = static_cast<Number>(number); };
  return add_number(app, flag, set, range, kind, help, std::to_string(value));
}

/// Adds a flag that takes a duration (`250ms`, `30s`, `5m`).
FlagRef add_duration(CommandApp& app, const std::string& flag, std::chrono::milliseconds& value,
                     const std::string& help);
/// The same in whole seconds; what is below is cut off.
FlagRef add_duration(CommandApp& app, const std::string& flag, std::chrono::seconds& value,
                     const std::string& help);

/// Adds a flag that takes a size in bytes (`65536`, `512k`, `10M`; k and M are 1024-based).
FlagRef add_size(CommandApp& app, const std::string& flag, std::size_t& value, const std::string& help);

/// A word that a flag takes, and what it stands for.
template <typename Value>
struct Choice {
  std::string_view word;
  Value value;
  std::string_view meaning = {};  ///< for completion
};

/// Adds a flag that takes one of a few words; calls `choose` with the word's place in the list.
FlagRef add_words(CommandApp& app, const std::string& flag, std::string_view name,
                  std::vector<Candidate> words, std::function<void(std::size_t)> choose,
                  const std::string& help);

/// Adds a flag that takes one of the words of a table, which must outlive the command; `target` gets its value.
template <typename Value, typename Target>
FlagRef add_choice(CommandApp& app, const std::string& flag, std::string_view name,
                   std::span<const Choice<Value>> table, Target& target, const std::string& help) {
  std::vector<Candidate> words;
  for (const auto& choice : table) words.push_back({std::string(choice.word), std::string(choice.meaning)});
  const auto choose = [table, &target](std::size_t place) { target = table[place].value; };
  return add_words(app, flag, name, std::move(words), choose, help);
}

/// A number and its unit: `50/s`, `10x`, `512k`.
struct Quantity {
  double value = 0;  ///< not negative
  std::string_view unit;
};
/// Reads a decimal number without sign or exponent, and the rest as the unit; nullopt without a number.
std::optional<Quantity> read_quantity(std::string_view text);

}  // namespace alohook
