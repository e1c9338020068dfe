// The server is one translation unit in several files, so that Boost is compiled only once: socket (listening),
// stream.ipp (reads and writes bytes), session.ipp (a connection), hub.ipp (what connections share), fault.ipp (sends
// responses: delayed, with a fault, or complete), parser.ipp (parses requests), response (serializes responses), and
// this file, which accepts connections, enforces deadlines, and stops the server.
#include "http/server/server.h"

#include <openssl/ssl.h>

#include <utility>  // missing in Boost 1.74 with C++20

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <new>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "http/server/fault.ipp"
#include "http/server/session.ipp"
#include "http/server/socket.h"
#include "http/server/stream.ipp"

namespace alohook {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

/// How long to stop accepting if the system has run out of file descriptors.
constexpr milliseconds accept_pause{100};

asio::ssl::context tls_context(const TlsIdentity& identity) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
  // Without this, OpenSSL would ask for an encrypted key's passphrase on the terminal.
  context.set_password_callback(
      [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); });
  error_code error;
  if (context.use_certificate_chain(asio::buffer(identity.certificate_pem), error))
    throw Error("the TLS certificate can't be read: it isn't PEM, or it is damaged",
                "give a PEM file, the server's own certificate first, with --tls-cert");
  if (context.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem, error))
    throw Error(
        fmt::format("the TLS key can't be used: {}", identity.key_pem.find("ENCRYPTED") == std::string::npos
                                                         ? "it isn't PEM, or it is damaged"
                                                         : "it has a passphrase"),
        "give the certificate's own PEM key, without a passphrase, with --tls-key");
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    throw Error("the TLS key does not belong to the TLS certificate",
                "give the certificate's own PEM key with --tls-key");
  return context;
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler on_request, RejectionHandler on_rejection);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() const { return socket_.port; }
  std::string url() const;
  bool is_reached_by(const Url& url) const;
  void run();
  void stop(milliseconds grace);

 private:
  using Protocol = asio::generic::stream_protocol;

  void listen();
  void accept();
  void welcome(Socket socket);
  void rest(const error_code& error);
  void keep_time();
  void expire();
  void wind_down(milliseconds grace);
  void finish();
  void stop_listening();

  asio::io_context loop_{1};
  Hub hub_;
  std::optional<asio::ssl::context> tls_;
  asio::basic_socket_acceptor<Protocol, asio::io_context::executor_type> acceptor_{loop_};
  asio::steady_timer pause_{loop_};
  asio::steady_timer clock_{loop_};
  asio::steady_timer grace_{loop_};
  Protocol::endpoint peer_;
  ListeningSocket socket_;
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
  if (hub_.options.tls) tls_ = tls_context(*hub_.options.tls);
  listen();
  hub_.gate->loop = &loop_;
  accept();
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
  socket_ = options.unix_path.empty() ? listen_on_port(options.host, options.port)
                                      : listen_on_file(options.unix_path);
  acceptor_.assign(Protocol(socket_.family, 0), socket_.descriptor);
  acceptor_.non_blocking(true);
}

std::string Server::Impl::url() const {
  const ServerOptions& options = hub_.options;
  if (!options.unix_path.empty()) return "unix:" + options.unix_path;
  const bool needs_brackets = options.host.find(':') != std::string::npos && options.host.front() != '[';
  return fmt::format("{}://{}:{}/", options.tls ? "https" : "http",
                     needs_brackets ? "[" + options.host + "]" : options.host, socket_.port);
}

bool Server::Impl::is_reached_by(const Url& url) const {
  return url.unix_path.empty() ? reaches(socket_, url.host, url.port) : reaches(socket_, url.unix_path);
}

void Server::Impl::run() {
  hub_.gate->thread = std::this_thread::get_id();
  const std::shared_ptr<void> reset(nullptr, [this](void*) { hub_.gate->thread = std::thread::id(); });
  while (!loop_.stopped()) {
    try {
      loop_.run();
    } catch (const std::bad_alloc&) {
      hub_.on_rejection({0, "", "not enough memory"});
    }
  }
}

void Server::Impl::stop(milliseconds grace) {
  asio::post(loop_, [this, grace] { hub_.stopping ? finish() : wind_down(grace); });
}

void Server::Impl::accept() {
  acceptor_.async_accept(peer_, [this](error_code error, Socket socket) {
    if (hub_.stopping) return;
    if (error) return rest(error);
    rests_ = false;
    try {
      welcome(std::move(socket));
    } catch (const std::bad_alloc&) {
      hub_.on_rejection({0, "", "not enough memory"});
    }
    accept();
  });
}

void Server::Impl::welcome(Socket socket) {
  prepare_connection(socket.native_handle(), socket_.family);
  std::string remote = socket_.family == AF_UNIX ? "unix" : address_text(peer_.data());
  std::shared_ptr<Session> session;
  if (tls_)
    session = std::make_shared<TlsSession>(hub_, std::move(remote), std::move(socket), *tls_);
  else
    session = std::make_shared<PlainSession>(hub_, std::move(remote), std::move(socket));
  session->start();
  keep_time();
}

/// Waits until there may be file descriptors again. Reports it only once each time they run out.
void Server::Impl::rest(const error_code& error) {
  if (!std::exchange(rests_, true))
    hub_.on_rejection({0, "", "can't accept connections: " + error.message()});
  pause_.expires_after(accept_pause);
  pause_.async_wait([this](error_code) {
    if (!hub_.stopping) accept();
  });
}

/// One timer serves all connections, because their deadlines change far more often than they expire.
void Server::Impl::keep_time() {
  if (hub_.sessions.empty() || std::exchange(keeps_time_, true)) return;
  const milliseconds shortest = std::min(hub_.options.request_timeout, hub_.options.idle_timeout);
  clock_.expires_after(std::clamp(shortest / 8, milliseconds(5), milliseconds(250)));
  clock_.async_wait([this](error_code) {
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
  // Clients that the system has already connected get a response, too.
  error_code error;
  while (!error) {
    Socket socket(loop_);
    acceptor_.accept(socket, peer_, error);
    if (!error) welcome(std::move(socket));
  }
  hub_.stopping = true;
  stop_listening();
  std::vector<std::shared_ptr<Session>> all;
  for (const auto& [address, session] : hub_.sessions) all.push_back(session);
  for (const auto& session : all) session->wind_down();
  if (hub_.sessions.empty() || grace <= milliseconds(0)) return finish();
  grace_.expires_after(grace);
  grace_.async_wait([this](error_code) { finish(); });
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
  if (!acceptor_.is_open()) return;
  error_code ignored;
  acceptor_.close(ignored);
  if (!hub_.options.unix_path.empty()) remove_socket_file(hub_.options.unix_path, socket_);
}

Server::Server(ServerOptions options, Handler on_request, RejectionHandler on_rejection) try
    : impl_(std::make_unique<Impl>(std::move(options), std::move(on_request), std::move(on_rejection))) {
} catch (const boost::system::system_error& error) {
  // Callers outside of this file don't know Boost's exceptions.
  throw std::system_error(static_cast<std::error_code>(error.code()));
}
Server::~Server() = default;
std::uint16_t Server::port() const { return impl_->port(); }
std::string Server::url() const { return impl_->url(); }
bool Server::is_reached_by(const Url& url) const { return impl_->is_reached_by(url); }
void Server::run() { impl_->run(); }
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace alohook
