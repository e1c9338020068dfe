#include "inspector_setup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/error.h"

namespace alohook {
namespace {

constexpr const char* token_variable = "ALOHOOK_INSPECT_TOKEN";

/// Writes a page that leads to the URL; returns its path.
std::string write_redirect(const std::string& url, const Context& context) {
  const std::string runtime = context.environment("XDG_RUNTIME_DIR").value_or("");
  const std::string folder =
      runtime.starts_with('/') ? runtime : std::filesystem::temp_directory_path().string();
  std::string path = folder + "/alohook-XXXXXX.html";
  const int file = ::mkstemps(path.data(), 5);  // mode 0600
  if (file < 0) throw Error(fmt::format("can't write a page into '{}'", folder));
  ::close(file);
  std::ofstream(path) << fmt::format(
      "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url={}\">\n", url);
  return path;
}

}  // namespace

std::string inspector_token(const Context& context) {
  const auto given = context.environment(token_variable);
  if (!given || given->empty()) return make_inspector_token();
  const std::string objection = token_objection(*given);
  if (!objection.empty()) {
    throw Error(fmt::format("the token in {} {}", token_variable, objection),
                "unset it to get a new one at each start");
  }
  return *given;
}

InspectorSettings inspector_settings(const Secrets& secrets, bool is_development_secret, ClientOptions client,
                                     const std::shared_ptr<std::atomic<bool>>& is_over, Context& context) {
  client.interrupt = is_over;
  InspectorSettings settings;
  settings.api.version = ALOHOOK_VERSION;
  settings.api.secrets = secrets;
  settings.api.is_development_secret = is_development_secret;
  settings.api.now = context.now;
  settings.api.send = [&context, client](const Url& url, const Request& request) {
    return context.connect(url, client)(request);
  };
  settings.token = inspector_token(context);
  settings.boot = hex_encode(random_bytes(8));
  return settings;
}

std::unique_ptr<Inspector> make_inspector(const ListenOptions& options, const ReceiverPolicy& policy,
                                          const ForwardPolicy& forward, const std::string& url,
                                          const std::shared_ptr<std::atomic<bool>>& is_over,
                                          Context& context) {
  InspectorSettings settings =
      inspector_settings(policy.secrets, options.secret.is_empty(), options.forward_client, is_over, context);
  settings.port = *options.inspector_port;
  settings.api.listening = url;
  settings.api.verification = policy.verification;
  for (const ForwardRoute& route : forward.routes) {
    settings.api.forward.push_back({route.type, route.url.to_string()});
  }
  std::error_code ignored;
  if (!options.journal.empty() && std::filesystem::is_regular_file(options.journal, ignored)) {
    settings.api.journal = options.journal;
    settings.journal = std::make_unique<JournalIndex>(options.journal);
  }
  try {
    return std::make_unique<Inspector>(std::move(settings));
  } catch (const Error& error) {
    throw Error(fmt::format("the inspector can't start: {}", error.what()),
                "give another port with --inspect=PORT, or any free one with --inspect=0");
  }
}

std::shared_ptr<void> open_in_browser(const std::string& url, Console& console, Context& context) {
#ifdef __APPLE__
  const std::string opener = "open";
#else
  const std::string opener = "xdg-open";
#endif
  try {
    const std::string path = write_redirect(url, context);
    std::shared_ptr<void> process = context.start_command({opener, path}, {}, [](int) {});
    return {nullptr, [path, process](void*) {
              std::error_code ignored;
              std::filesystem::remove(path, ignored);
            }};
  } catch (const Error& error) {
    console.talk(fmt::format("note: can't open a browser: {}; open the URL above", error.what()));
    return nullptr;
  }
}

}  // namespace alohook
