#pragma once
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace alohook {

/// What a line in the journal survives.
enum class Durability {
  of_process,  ///< the program's end, by `kill -9` too: it is with the system
  of_power,    ///< a loss of power too: it is on the disk
};

/// A journal to append to, one line an event. Any number of programs may append to one file at once. Not for use by
/// two threads at once.
class JournalFile {
 public:
  /// Opens the file, or creates it for its owner's eyes alone. Throws Error when it can't be written to.
  JournalFile(const std::string& path, Durability durability);
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  /// What became of the lines: those before `count` are in the journal whole, the others failed with `error`: the
  /// disk is full, say.
  struct Appended {
    std::size_t count = 0;
    std::error_code error = {};
  };
  /// Appends lines, given without line ends, with one write for all of them. What an earlier write left torn, this
  /// program's or another's that was killed, is closed first, so that it spoils no other line.
  Appended append(const std::vector<std::string>& lines);

  /// Does what the durability asks for lines appended so far.
  std::error_code settle();

 private:
  int descriptor_ = -1;
  Durability durability_;
  std::string buffer_;
};

}  // namespace alohook
