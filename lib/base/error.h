#pragma once
#include <exception>
#include <string>
#include <utility>

namespace alohook {

/// An error that keeps a command from starting: a missing file, a port in use, a malformed setting.
/// Outcomes (an invalid signature, a refused connection, a 500) are values, never exceptions.
/// The command line prints it as one line and a hint, and exits with code 2.
class Error : public std::exception {
 public:
  /// `message` says what happened, with the thing in quotes; `hint` says what to do, or is empty.
  explicit Error(std::string message, std::string hint = {})
      : message_(std::move(message)), hint_(std::move(hint)) {}

  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& hint() const noexcept { return hint_; }

 private:
  std::string message_;
  std::string hint_;
};

}  // namespace alohook
