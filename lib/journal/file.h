#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>

namespace alohook {

/// Returns the error in `errno` after a failed system call.
std::error_code last_error();

/// What a recorded line survives.
enum class Durability {
  of_process,  ///< the end of the process, even by `kill -9`, because the kernel has the line
  of_power,    ///< a power failure, because the line is on disk
};

/// A journal to append to, one line per event. Several programs may append to the same file at once. Not thread-safe.
class JournalFile {
 public:
  /// How long a pipe's reader may block an append.
  static constexpr std::chrono::milliseconds default_patience{2000};

  /// Opens the file, or creates it with mode 0600. If the path is a pipe without a reader, later appends retry opening
  /// it. Throws Error if the path isn't writable.
  JournalFile(std::string path, Durability durability, std::chrono::milliseconds patience = default_patience);
  ~JournalFile() { close(); }
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  const std::string& path() const { return path_; }

  /// The result of an append.
  struct Appended {
    std::size_t bytes = 0;  ///< number of bytes in the journal; the lines that end within them are complete
    std::string error =
        {};  ///< why the rest isn't, such as `No space left on device`; empty if there is no rest
    bool is_reopened = false;  ///< the file had been moved or removed, so it was recreated
  };
  /// Appends complete lines, each with its newline. If an earlier write, by this program or another one that was
  /// killed, left an incomplete line, terminates it first, so that it affects no other line.
  Appended append(std::string_view lines);

  /// Makes the lines appended so far as durable as configured.
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
  bool is_incomplete_ = false;  // a pipe or device received part of a line
  bool has_moved_ = false;      // the file was moved or removed and hasn't been recreated yet
};

}  // namespace alohook
