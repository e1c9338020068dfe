#pragma once
// A world for in-process tests: streams in memory, a fixed clock, repeatable randomness, no network, a home of its own.
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "receiver/receiver.h"
#include "world/context.h"

namespace alohook {

/// A directory that is deleted with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file, and the folders above it; returns its path.
  std::string write(const std::string& name, std::string_view bytes) const;

 private:
  std::filesystem::path path_;
};

/// Returns the bytes of a file, or an empty string if it doesn't exist.
std::string bytes_of_file(const std::filesystem::path& path);

/// The network's response in a test.
using Answer = std::function<Exchange(const Request&)>;

/// Always this response.
Answer always(Response response);

/// Never a response.
Answer never(SendError::Kind kind, std::string detail);

/// A clock that advances only by waiting, which returns at once.
Pace fake_pace();

/// A correct receiver of ALO's webhooks.
Answer right_receiver(ReceiverPolicy policy, Time now);

struct World {
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// A view of this world; valid as long as the world is.
  Context context();

  /// Runs `alohook` with these arguments and returns the exit code. Throws when an output holds a secret that was
  /// given, unless `--show` asks for it.
  int run(const std::vector<std::string>& arguments);

  TemporaryFolder home;  ///< `HOME` in the environment
  std::map<std::string, std::string> environment;
  Time now;  ///< 2026-11-23T17:00:00.123Z
  std::mt19937_64 random;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  bool out_is_terminal = false;

  /// Asked for every request; at first a receiver that takes everything with 200.
  Answer answer;

  /// The exit code that a started command ends with at once; without one it goes on.
  std::optional<int> command_ends_with;

  // What happened.
  std::vector<Url> connected;
  std::vector<ClientOptions> connect_options;
  std::vector<Request> sent;
  std::vector<std::string> started;  ///< by Context::start_command
  Variables started_with;
  std::vector<int> abandoned;  ///< exit codes given to Context::abandon, which returns here
  Context::SignalHandler on_signal;

 private:
  std::vector<std::string> secrets_given(const std::vector<std::string>& arguments) const;

  std::mutex mutex_;  // a command may send from several threads
};

}  // namespace alohook
