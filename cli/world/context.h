#pragma once
#include <chrono>
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "http/client/client.h"
#include "http/client/raw_client.h"
#include "http/message.h"
#include "http/url.h"
#include "sender/pace.h"
#include "world/key.h"

namespace alohook {

/// Variables of the environment, by name.
using Variables = std::map<std::string, std::string>;

/// The size of a terminal; 0 where there is none, or none is known.
struct TerminalSize {
  std::size_t columns = 0;
  std::size_t rows = 0;
};

/// Which settings a command runs with, for people.
struct SettingsInForce {
  struct Item {
    std::string name;    ///< the flag's, without dashes
    std::string value;   ///< empty for a secret
    std::string origin;  ///< `--port`, `ALOHOOK_PORT`, or the configuration file's path
  };
  std::vector<Item> items;         ///< those that were given
  std::string file;                ///< the configuration file in use; empty: none
  bool is_file_found = false;      ///< it was found, not named
  bool is_file_effective = false;  ///< some setting comes from it

  /// Returns where a setting comes from; empty when it has its default.
  std::string origin_of(const std::string& name) const {
    for (const Item& item : items)
      if (item.name == name) return item.origin;
    return {};
  }
};

/// Everything a command may know of the world, so that tests can hand it another one.
struct Context {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  /// Returns the size of the terminal that standard output is.
  std::function<TerminalSize()> terminal_size = [] { return TerminalSize{}; };

  std::function<std::optional<std::string>(const std::string& name)> environment;
  SettingsInForce settings = {};  ///< known once the command runs
  std::function<Time()> now;
  RandomBits random;

  /// Starts the time of a run.
  std::function<Pace()> pace;

  /// Opens a connection for one command's requests.
  std::function<Transport(const Url&, const ClientOptions&)> connect;

  /// Sends each request on a connection of its own, laid on the wire as told.
  std::function<WireTransport(const Url&, const ClientOptions&)> wire;
  /// Returns whether something accepts connections there.
  std::function<bool(const Url&, const ClientOptions&)> is_there;
  std::function<void(std::chrono::milliseconds)> sleep;

  /// Calls `on_signal` for each SIGINT, SIGTERM and SIGHUP until the returned guard is dropped. Unwatched signals end
  /// the program with 130, 143 or 129.
  using SignalHandler = std::function<void(int signal)>;
  std::function<std::shared_ptr<void>(SignalHandler on_signal)> watch_signals;

  /// Calls `on_key` for each key from a thread of its own, until the returned guard is dropped. The first is
  /// Key::Kind::resumed, once this is the foreground program of the terminal that standard input has to be.
  using KeyHandler = std::function<void(const Key& key)>;
  std::function<std::shared_ptr<void>(KeyHandler on_key)> watch_keys = [](KeyHandler) { return nullptr; };

  /// Starts a program with these variables set, its standard output on our standard error. Calls `on_end` once from
  /// another thread, with its exit code, or 128 and the signal that ended it. Dropping the guard ends what still runs
  /// of it and of what it started. Throws Error when it can't be started.
  std::function<std::shared_ptr<void>(const std::vector<std::string>& command, const Variables& variables,
                                      std::function<void(int exit_code)> on_end)>
      start_command;

  /// Ends the program at once, without clean-up.
  std::function<void(int exit_code)> abandon;
  /// Does so after a while, unless the returned guard is dropped before.
  std::function<std::shared_ptr<void>(std::chrono::milliseconds limit, int exit_code)> abandon_after;
};

/// A command's exit code. SIGINT, SIGTERM and SIGHUP end a command with 130, 143 and 129.
enum Exit : int {
  exit_yes = 0,              ///< sent and accepted, verified, all required checks passed
  exit_no = 1,               ///< refused, not valid, a check failed
  exit_could_not_start = 2,  ///< usage, configuration, missing or malformed input, port taken
  exit_could_not_judge = 3,  ///< unreachable, timed out, TLS failure
  exit_internal_error = 4,
};

}  // namespace alohook
