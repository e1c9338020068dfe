#include "options/memory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "journal/reader.h"
#include "options/settings.h"
#include "world/replace_file.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

std::string state_folder(const Context& context) {
  const auto folder = xdg_folder(context, "XDG_STATE_HOME", ".local/state");
  if (!folder) {
    throw Error("there is no place to remember events: neither HOME nor XDG_STATE_HOME is set",
                "record them into a journal: alohook listen --record events.jsonl");
  }
  return *folder;
}

/// Holds the absolute path of a journal that `listen --record` writes.
std::string note_path(const Context& context) { return state_folder(context) + "/session-journal"; }

bool is_id(const std::string& word) {
  constexpr std::size_t whole = 16;
  return word.size() >= 4 && word.size() <= whole &&
         word.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Error nothing_remembered() {
  return Error("no events are remembered",
               "alohook listen remembers them when it runs in a terminal, or with --record FILE");
}

std::string session_journal_path(const Context& context) { return state_folder(context) + "/session.jsonl"; }

void remember_journal(const std::string& path, const Context& context) {
  std::error_code error;
  const std::string note = note_path(context);
  if (path.empty()) {
    fs::remove(note, error);
    return;
  }
  const fs::path absolute = fs::absolute(path, error);
  if (error) return;
  fs::create_directories(fs::path(note).parent_path(), error);
  replace_file(note, absolute.string() + "\n", S_IRUSR | S_IWUSR,
               error);  // a convenience: the listener goes on without
}

std::string remembered_journal(const Context& context) {
  std::ifstream note(note_path(context));
  std::string path;
  std::error_code ignored;
  if (std::getline(note, path) && fs::exists(path, ignored)) return path;
  path = session_journal_path(context);
  if (!fs::exists(path, ignored)) throw nothing_remembered();
  return path;
}

std::optional<EventPlace> remembered_event(const std::string& word, const Context& context) {
  std::error_code ignored;
  if ((word != "last" && !is_id(word)) || fs::exists(word, ignored)) return std::nullopt;
  const std::string journal = remembered_journal(context);
  if (word != "last") return EventPlace{journal, {word}};
  const auto last = read_last_event(journal);
  if (!last) throw nothing_remembered();
  return EventPlace{journal, {last->id}};
}

}  // namespace alohook
