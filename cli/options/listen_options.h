#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/server/server.h"
#include "journal/file.h"
#include "options/flags.h"
#include "output/event_view.h"
#include "receiver/forwarder.h"
#include "receiver/receiver.h"
#include "receiver/response_script.h"

namespace alohook {

/// The flags of `alohook listen`.
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
  bool allows_pages = false;
  ReceiverPolicy policy;
  ResponseScriptText answers;
  std::vector<std::string> only;
  std::vector<std::string> where;
  EventView view;
  std::optional<EventOutput> shape;  ///< `--output`; nullopt: pretty, and compact while events come too fast
  bool has_session = true;           ///< a listener in a terminal remembers its events
  bool has_keys = true;
  std::string journal;
  Durability durability = Durability::of_process;
  std::vector<std::string> forward;  ///< `URL` or `TYPE=URL`
  ForwardPolicy forward_policy;
  ClientOptions forward_client;
  std::vector<std::string> expect;  ///< `TYPE` or `TYPE=N`
  std::chrono::milliseconds timeout{30'000};
  std::vector<std::string> command;
};

/// The port of the inspector's page, unless another one is set.
inline constexpr std::uint16_t default_inspector_port = 8257;

/// Declares the flags, which set `options`.
void add_listen_options(CommandApp& app, ListenOptions& options);

}  // namespace alohook
