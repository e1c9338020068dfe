#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>

namespace alohook {

/// Returns what `errno` says, after a system call has failed.
std::error_code last_error();

/// What a line in the journal survives.
enum class Durability {
  of_process,  ///< the program's end, even by `kill -9`: the system has it
  of_power,    ///< a power failure: it is on the disk
};

/// A journal to append to, one line for each event. Any number of programs may append to one file at once. Not for use
/// by two threads at once.
class JournalFile {
 public:
  /// How long a pipe's reader may hold up an append.
  static constexpr std::chrono::milliseconds default_patience{2000};

  /// Opens the file, or creates it with mode 0600. A pipe without a reader is opened by the first append that finds
  /// one. Throws Error when the path can't be written to.
  JournalFile(std::string path, Durability durability, std::chrono::milliseconds patience = default_patience);
  ~JournalFile() { close(); }
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  const std::string& path() const { return path_; }

  /// The result of an append.
  struct Appended {
    std::size_t bytes = 0;  ///< how many are in the journal; the lines that end within them are whole
    std::string error =
        {};  ///< why the others are not, such as `No space left on device`; empty without others
    bool is_reopened = false;  ///< the file had been moved or removed, and was created again
  };
  /// Appends whole lines, each with its newline. Closes a line that an earlier write left incomplete first, this
  /// program's or another's that was killed, so that it affects no other line.
  Appended append(std::string_view lines);

  /// Makes the lines that were appended so far as durable as was asked for.
  std::error_code settle();

 private:
  std::error_code open();
  void close();
  bool is_in_place() const;
  bool ends_incomplete() const;
  std::string write(std::string_view text, std::size_t& written) const;

  const std::string path_;
  const Durability durability_;
  const std::chrono::milliseconds patience_;
  int descriptor_ = -1;
  bool is_regular_ = false;     // neither a pipe nor a device
  bool is_incomplete_ = false;  // a pipe or device got a part of a line
  bool has_moved_ = false;      // and was not created again yet
};

}  // namespace alohook
