#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "world/context.h"

namespace alohook {

/// Returns where an interactive listener keeps its last events; throws Error when there is no home directory.
std::string session_journal_path(const Context& context);

/// Notes that a listener records into this journal, which is then what is remembered. An empty path: the session journal.
/// Does nothing when the note can't be written.
void remember_journal(const std::string& path, const Context& context);

/// Returns the journal of the last interactive listener. Throws Error when there is none.
std::string remembered_journal(const Context& context);

/// Events in a file, by their ids.
struct EventPlace {
  std::string file;
  std::vector<std::string> ids;
};

/// Reads `last` or the beginning of an id, where a file's name could stand too: nullopt for a file, or any other word.
/// Throws Error when nothing is remembered.
std::optional<EventPlace> remembered_event(const std::string& word, const Context& context);

/// The error of a command that needs a remembered event where there is none.
Error nothing_remembered();

}  // namespace alohook
