#include "support/world.h"

#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "app.h"

namespace alohook {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "alohook-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, std::string_view bytes) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  return file.string();
}

std::string bytes_of_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Answer always(Response response) {
  return [response = std::move(response)](const Request&) {
    Exchange exchange;
    exchange.response = response;
    exchange.elapsed = std::chrono::microseconds{1200};
    return exchange;
  };
}

Answer never(SendError::Kind kind, std::string detail) {
  return [kind, detail = std::move(detail)](const Request&) {
    Exchange exchange;
    exchange.error.kind = kind;
    exchange.error.detail = detail;
    return exchange;
  };
}

Pace fake_pace() {
  // Its own threads may ask for the time at any moment.
  const auto time = std::make_shared<std::atomic<std::chrono::microseconds>>(std::chrono::microseconds{0});
  return {
      .elapsed = [time] { return time->load(); },
      .wait =
          [time](auto& lock, auto& changed, auto until) {
            if (until == Pace::forever) return changed.wait(lock);
            *time = std::max(time->load(), until);
          },
  };
}

Answer right_receiver(ReceiverPolicy policy, Time now) {
  return [policy = std::move(policy), now](const Request& request) {
    return always(receive(request, policy, now).response)(request);
  };
}

Answer reserializing_receiver(ReceiverPolicy policy, Time now) {
  return [right = right_receiver(std::move(policy), now)](Request request) {
    const auto json = nlohmann::ordered_json::parse(request.body, nullptr, false);
    if (json.is_discarded())
      return always({.status = 400, .reason = "Bad Request", .body = "not JSON"})(request);
    request.body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return right(request);
  };
}

World::World()
    : environment{{"HOME", home.path().string()}},
      now(*parse_iso8601("2026-11-23T17:00:00.123Z")),
      random(1),
      answer(always({.status = 200, .reason = "OK", .body = "ok\n"})) {}

Context World::context() {
  const auto transport = [this](const Request& request) {
    Answer chosen;
    {
      const std::lock_guard lock(mutex_);
      sent.push_back(request);
      chosen = answer;
    }
    return chosen(request);
  };
  return {
      .in = in,
      .out = out,
      .err = err,
      .out_is_terminal = out_is_terminal,
      .environment = [this](const std::string& name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
      },
      .now = [this] { return now; },
      .random = [this] { return random(); },
      .pace = fake_pace,
      .connect = [this, transport](const Url& url, const ClientOptions& options) -> Transport {
        const std::lock_guard lock(mutex_);
        connected.push_back(url);
        connect_options.push_back(options);
        return transport;
      },
      .wire = [transport](const Url&, const ClientOptions&) -> WireTransport {
        return [transport](const Request& request, WireForm) { return transport(request); };
      },
      .is_there = [](const Url&, const ClientOptions&) { return true; },
      .sleep = [this](std::chrono::milliseconds time) { now += time; },
      .watch_signals = [this](Context::SignalHandler handler) -> std::shared_ptr<void> {
        on_signal = std::move(handler);
        return std::shared_ptr<void>(this, [](World* world) { world->on_signal = nullptr; });
      },
      .start_command = [this](const std::vector<std::string>& command, const Variables& variables,
                              std::function<void(int)> on_end) -> std::shared_ptr<void> {
        started = command;
        started_with = variables;
        if (command_ends_with) on_end(*command_ends_with);
        return std::shared_ptr<void>(this, [](World*) {});
      },
      .abandon = [this](int exit_code) { abandoned.push_back(exit_code); },
      .abandon_after = [](std::chrono::milliseconds, int) { return std::shared_ptr<void>(); },
  };
}

int World::run(const std::vector<std::string>& arguments) {
  Context view = context();
  const int exit_code = run_app(arguments, view);
  if (std::find(arguments.begin(), arguments.end(), "--show") != arguments.end()) return exit_code;
  for (const std::string& secret : secrets_given(arguments)) {
    for (const std::string& shown : {out.str(), err.str()}) {
      if (shown.find(secret) != std::string::npos) throw std::logic_error("a secret was shown:\n" + shown);
    }
  }
  return exit_code;
}

std::vector<std::string> World::secrets_given(const std::vector<std::string>& arguments) const {
  std::vector<std::string> secrets = {bytes_of_file(home.path() / ".local/state/alohook/secret")};
  if (const auto found = environment.find("ALOHOOK_SECRET"); found != environment.end())
    secrets.push_back(found->second);
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i] == "--secret") secrets.push_back(arguments[i + 1]);
    if (arguments[i] == "--secret-file") secrets.push_back(bytes_of_file(arguments[i + 1]));
  }
  for (std::string& secret : secrets) secret.erase(secret.find_last_not_of("\r\n") + 1);
  // A short word may be in the output for other reasons.
  secrets.erase(
      std::remove_if(secrets.begin(), secrets.end(), [](const auto& one) { return one.size() < 8; }),
      secrets.end());
  return secrets;
}

}  // namespace alohook
