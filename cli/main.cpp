// The real world: streams, clock, network, signals. Everything else is in the library and the commands.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "app.h"
#include "base/crypto.h"
#include "world/child_process.h"
#include "world/keyboard.h"
#include "world/process.h"

namespace alohook {
namespace {

std::optional<std::string> read_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// These variables name what to trust; other places do not count then.
ClientOptions in_this_environment(ClientOptions options) {
  if (std::getenv("SSL_CERT_FILE") != nullptr || std::getenv("SSL_CERT_DIR") != nullptr)
    options.authorities_root.reset();
  return options;
}

Transport connect(const Url& url, const ClientOptions& options) {
  const auto client = std::make_shared<Client>(url, in_this_environment(options));
  return [client](const Request& request) { return client->send(request); };
}

WireTransport wire(const Url& url, const ClientOptions& options) {
  return [url, options = in_this_environment(options)](const Request& request, WireForm form) {
    return send_on_wire(url, options, request, form);
  };
}

Context real_world() {
  return {
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .in_is_terminal = ::isatty(STDIN_FILENO) == 1,
      .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
      .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
      .terminal_size = terminal_size,
      .environment = read_environment,
      .now = [] { return std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()); },
      .random = random_bits,
      .pace = real_pace,
      .connect = connect,
      .wire = wire,
      .is_there = accepts_connections,
      .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
      .watch_signals = watch_process_signals,
      .watch_keys = watch_keyboard,
      .start_command = start_child_process,
      .abandon =
          [](int exit_code) {
            restore_terminal();
            _exit(exit_code);
          },
      .abandon_after = abandon_process_after,
  };
}

}  // namespace
}  // namespace alohook

int main(int argc, char** argv) {
  alohook::open_standard_descriptors();
  std::ios::sync_with_stdio(false);
  alohook::install_signal_exits();
  alohook::Context world = alohook::real_world();
  return alohook::run_app(std::vector<std::string>(argv + 1, argv + argc), world);
}
