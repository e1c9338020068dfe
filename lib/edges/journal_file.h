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

  /// Appends one line with one write; `line` has no line end. Returns what is in the way: the disk is full, say.
  /// What an earlier write left torn, this program's or another's that was killed, is closed first, so that it spoils
  /// no other line.
  std::error_code append(std::string_view line);

  /// What became of several lines: those before `count` are in the journal whole, the others failed with `error`.
  struct Appended {
    std::size_t count = 0;
    std::error_code error = {};
  };
  /// Appends several lines with one write, which is cheaper than one each.
  Appended append(const std::vector<std::string>& lines);

  /// Does what the durability asks for lines appended so far.
  std::error_code settle();

 private:
  int descriptor_ = -1;
  Durability durability_;
  std::string buffer_;
};

}  // namespace alohook
