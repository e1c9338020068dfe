#pragma once
#include <string>
#include <string_view>
#include <vector>

// What `--help`, the manual, completion and the README's test know of a command: one definition for all of them.
namespace alohook {

/// A command line to copy, and what it does.
struct Example {
  std::string_view line;
  std::string_view purpose = {};  ///< imperative, without a full stop; empty where the line says it
};

/// What an exit code means for one command.
struct ExitMeaning {
  std::string_view code;
  std::string_view meaning;
};

/// What is said of a command besides its flags.
struct CommandHelp {
  std::string_view summary;  ///< one line that starts with a verb, without a full stop
  std::vector<Example> examples;
  std::vector<std::string_view> notes = {};   ///< a paragraph each
  std::vector<ExitMeaning> exit_codes = {};   ///< those that need other words than the general table
  std::vector<std::string_view> topics = {};  ///< names of manual topics to read next
};

/// A word that can be typed, and what it means.
struct Candidate {
  std::string word;
  std::string meaning = {};
};

/// What can be typed as the value of a flag.
enum class Offer {
  nothing,
  files,
  directories,
  url,
  event,       ///< a fixture's name, then files
  fixture,     ///< a fixture's name
  event_id,    ///< an id in the journal that the command names
  remembered,  ///< the id of an event that the listener remembers, or `last`
  remembered_or_file,
  event_type,  ///< a type that ALO documents
  check,       ///< a check's id
  skip,        ///< a check's id and `=`
  json_path,   ///< a path into the event that the command names
  topic,       ///< a command or a manual topic
};

/// The value of a flag: the word that stands for it in `--help`, and what completion offers.
struct ValueKind {
  std::string_view name;
  Offer offer = Offer::nothing;
};

}  // namespace alohook
