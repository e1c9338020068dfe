// The server is one unit in several files, so that Boost is compiled once: socket (listening), loop (waiting), stream.ipp
// (bytes in and out), session.ipp (one connection), hub.ipp (what connections share), fault.ipp (responses: late, with a
// fault, or whole), parser.ipp (bytes to a request), response (a response to bytes), tls_context (certificate and key),
// and this file, which accepts connections, keeps time, and stops.
#include "http/server/server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/server/fault.ipp"
#include "http/server/session.ipp"
#include "http/server/socket.h"
#include "http/server/stream.ipp"
#include "http/server/tls_context.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;

/// How long to stop accepting if the system has run out of file descriptors.
constexpr milliseconds accept_pause{100};

}  // namespace

class Server::Impl final : private Loop::Watcher {
 public:
  Impl(ServerOptions options, Handler on_request, RejectionHandler on_rejection);
  ~Impl() override;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() const { return sockets_.front().port; }
  std::string url() const;
  bool is_reached_by(const Url& url) const;
  void run();
  void stop(milliseconds grace);

 private:
  void listen();
  void on_ready(bool) override { accept(); }
  void accept();
  bool accept_all(const ListeningSocket& socket);
  void welcome(AcceptedSocket accepted);
  void rest(int error);
  void keep_time();
  void expire();
  void wind_down(milliseconds grace);
  void finish();
  void stop_listening();

  Loop loop_;
  Hub hub_;
  TlsContext tls_;  // null without TLS
  std::vector<ListeningSocket> sockets_;
  std::vector<Loop::Watch> watches_;  // of the listening sockets
  bool keeps_time_ = false;
  bool rests_ = false;  // accepting failed, so it is paused
  bool finished_ = false;
};

Server::Impl::Impl(ServerOptions options, Handler on_request, RejectionHandler on_rejection) {
  hub_.options = std::move(options);
  hub_.on_request = std::move(on_request);
  hub_.on_rejection = std::move(on_rejection);
  hub_.on_leave = [this] {
    if (hub_.stopping && hub_.sessions.empty()) finish();
  };
  if (hub_.options.tls) tls_ = make_tls_context(*hub_.options.tls);
  listen();
  hub_.gate->loop = &loop_;
}

Server::Impl::~Impl() {
  {
    const std::lock_guard lock(hub_.gate->mutex);
    hub_.gate->loop = nullptr;
  }
  stop_listening();
}

void Server::Impl::listen() {
  const ServerOptions& options = hub_.options;
  sockets_ = options.unix_path.empty() ? listen_on_port(options.host, options.port)
                                       : std::vector{listen_on_file(options.unix_path)};
  for (const ListeningSocket& socket : sockets_) {
    fcntl(socket.descriptor, F_SETFL, O_NONBLOCK);
    watches_.push_back(loop_.watch(socket.descriptor, *this));
  }
}

std::string Server::Impl::url() const {
  const ServerOptions& options = hub_.options;
  if (!options.unix_path.empty()) return "unix:" + options.unix_path;
  const bool needs_brackets = options.host.find(':') != std::string::npos && options.host.front() != '[';
  return fmt::format("{}://{}:{}/", options.tls ? "https" : "http",
                     needs_brackets ? "[" + options.host + "]" : options.host, port());
}

bool Server::Impl::is_reached_by(const Url& url) const {
  return std::ranges::any_of(sockets_, [&url](const ListeningSocket& socket) {
    return url.unix_path.empty() ? reaches(socket, url.host, url.port) : reaches(socket, url.unix_path);
  });
}

void Server::Impl::run() {
  hub_.gate->thread = std::this_thread::get_id();
  const std::shared_ptr<void> reset(nullptr, [this](void*) { hub_.gate->thread = std::thread::id(); });
  while (!loop_.is_stopped()) {
    try {
      loop_.run();
    } catch (const std::bad_alloc&) {
      hub_.on_rejection({0, "", "not enough memory"});
    }
  }
}

void Server::Impl::stop(milliseconds grace) {
  loop_.post([this, grace] { hub_.stopping ? finish() : wind_down(grace); });
}

/// Accepts all waiting connections, because the loop reports them only once.
void Server::Impl::accept() {
  for (const ListeningSocket& socket : sockets_)
    if (!accept_all(socket)) return;
}

/// Returns whether none waits anymore.
bool Server::Impl::accept_all(const ListeningSocket& socket) {
  while (socket.descriptor >= 0 && !hub_.stopping) {
    AcceptedSocket accepted = accept_connection(socket);
    if (accepted.error == EAGAIN) return true;
    if (accepted.error != 0) {
      rest(accepted.error);
      return false;
    }
    rests_ = false;
    try {
      welcome(std::move(accepted));
    } catch (const std::bad_alloc&) {
      hub_.on_rejection({0, "", "not enough memory"});
    }
  }
  return false;
}

void Server::Impl::welcome(AcceptedSocket accepted) {
  std::shared_ptr<Session> session;
  try {
    if (tls_)
      session =
          std::make_shared<TlsSession>(hub_, std::move(accepted.remote), accepted.descriptor, tls_.get());
    else
      session = std::make_shared<PlainSession>(hub_, std::move(accepted.remote), accepted.descriptor);
  } catch (...) {
    ::close(accepted.descriptor);
    throw;
  }
  session->start();
  keep_time();
}

/// Waits until there may be descriptors again; says so once for each time that they run out.
void Server::Impl::rest(int error) {
  if (!std::exchange(rests_, true))
    hub_.on_rejection({0, "", "can't accept connections: " + std::generic_category().message(error)});
  loop_.at(Loop::Clock::now() + accept_pause, [this] { accept(); });
}

/// One timer serves all connections, because their deadlines change far more often than they expire.
void Server::Impl::keep_time() {
  if (hub_.sessions.empty() || std::exchange(keeps_time_, true)) return;
  const milliseconds shortest = std::min(hub_.options.request_timeout, hub_.options.idle_timeout);
  const milliseconds interval = std::clamp(shortest / 8, milliseconds(5), milliseconds(250));
  loop_.at(Loop::Clock::now() + interval, [this] {
    keeps_time_ = false;
    expire();
    keep_time();
  });
}

void Server::Impl::expire() {
  const SteadyTime now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<Session>> late;  // expired after the loop, because that changes `sessions`
  for (const auto& [address, session] : hub_.sessions)
    if (session->deadline() <= now) late.push_back(session);
  for (const auto& session : late) session->expire();
}

void Server::Impl::wind_down(milliseconds grace) {
  // Clients that the system has connected already get their response too.
  accept();
  hub_.stopping = true;
  stop_listening();
  std::vector<std::shared_ptr<Session>> all;
  for (const auto& [address, session] : hub_.sessions) all.push_back(session);
  for (const auto& session : all) session->wind_down();
  if (hub_.sessions.empty() || grace <= milliseconds(0)) return finish();
  loop_.at(Loop::Clock::now() + grace, [this] { finish(); });
}

void Server::Impl::finish() {
  if (std::exchange(finished_, true)) return;
  loop_.stop();
  while (!hub_.sessions.empty()) {
    const auto session = hub_.sessions.begin()->second;
    session->close();
  }
}

void Server::Impl::stop_listening() {
  for (const Loop::Watch watch : watches_) loop_.forget(watch);
  for (ListeningSocket& socket : sockets_) {
    if (socket.descriptor < 0) continue;
    ::close(std::exchange(socket.descriptor, -1));
    if (!hub_.options.unix_path.empty()) remove_socket_file(hub_.options.unix_path, socket);
  }
}

Server::Server(ServerOptions options, Handler on_request, RejectionHandler on_rejection)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(on_request), std::move(on_rejection))) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return impl_->port(); }
std::string Server::url() const { return impl_->url(); }
bool Server::is_reached_by(const Url& url) const { return impl_->is_reached_by(url); }
void Server::run() { impl_->run(); }
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace alohook
