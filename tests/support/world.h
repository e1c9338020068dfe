#pragma once
// An environment for in-process tests: streams in memory, a fixed clock, repeatable randomness, no network, and its own
// home directory.
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

/// A directory that is deleted together with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file, creating missing directories. Returns its path.
  std::string write(const std::string& name, std::string_view bytes) const;

 private:
  std::filesystem::path path_;
};

/// Returns the bytes of a file, or an empty string if it doesn't exist.
std::string bytes_of_file(const std::filesystem::path& path);

/// How the network responds in a test.
using Answer = std::function<Exchange(const Request&)>;

/// Always sends this response.
Answer always(Response response);

/// Never responds.
Answer never(SendError::Kind kind, std::string detail);

/// A clock that only advances by waiting, which returns immediately.
Pace fake_pace();

/// A correct receiver of ALO's webhooks.
Answer right_receiver(ReceiverPolicy policy, Time now);

/// A receiver that verifies a re-serialized copy of each body.
Answer reserializing_receiver(ReceiverPolicy policy, Time now);

struct World {
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Returns a view of this world, valid as long as the world exists.
  Context context();

  /// Runs `alohook` with these arguments. Returns the exit code. Throws if an output contains a secret that was given,
  /// unless `--show` asks for it.
  int run(const std::vector<std::string>& arguments);

  TemporaryFolder home;  ///< `HOME` in the environment
  std::map<std::string, std::string> environment;
  Time now;  ///< 2026-11-23T17:00:00.123Z
  std::mt19937_64 random;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  bool out_is_terminal = false;

  /// Called for every request. By default, a receiver that accepts everything with 200.
  Answer answer;

  /// The exit code with which a started command immediately ends; without one, it keeps running.
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
