#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/server/server.h"
#include "options/flags.h"
#include "output/event_view.h"
#include "receiver/answer_script.h"
#include "receiver/forwarder.h"
#include "receiver/receiver.h"

namespace alohook {

/// What the flags of `alohook listen` say.
struct ListenOptions {
  OutputOptions output;
  SecretOptions secret;
  ServerOptions server{.port = 8256};
  std::string port_file;
  std::optional<std::uint16_t> inspector_port;  ///< of the inspector; nullopt without one
  bool is_inspector_opened = false;
  std::string certificate_file;
  std::string key_file;
  bool is_self_signed = false;
  ReceiverPolicy policy;
  AnswerScriptText answers;
  std::chrono::milliseconds tolerance = default_tolerance;
  std::vector<std::string> only;
  std::vector<std::string> where;
  EventView view;
  std::string journal;
  bool is_journal_synced = false;
  std::vector<std::string> forward;  ///< `URL` or `TYPE=URL`
  ForwardPolicy forward_policy;
  ClientOptions forward_client;
  bool is_forward_insecure = false;
  std::vector<std::string> expect;  ///< `TYPE` or `TYPE=N`
  std::chrono::milliseconds timeout{30'000};
  std::vector<std::string> command;
};

/// Where the page of the inspector is, unless another port is given.
inline constexpr std::uint16_t default_inspector_port = 8257;

/// Reads the value of `--inspect`; throws CLI11's error for what is no port.
std::uint16_t read_inspector_port(const std::string& text);

/// Declares the flags, which fill in `options`.
void add_listen_options(CLI::App& app, ListenOptions& options);

}  // namespace alohook
