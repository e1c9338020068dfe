#pragma once
// Part of server.cpp: the two kinds of connection, without and with TLS.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/server/session.ipp"
#include "http/server/tls_context.h"
#include "http/socket_bio.h"

namespace alohook {

/// A connection over a non-blocking socket. Waits without a buffer of its own and reads into the shared one.
class SocketSession : public Session, private Loop::Watcher {
 public:
  /// Takes ownership of the socket.
  SocketSession(Hub& hub, std::string remote, int descriptor)
      : Session(hub, std::move(remote)), descriptor_(descriptor) {}
  ~SocketSession() override { SocketSession::close_socket(); }

 protected:
  /// The result of one attempt to receive or send.
  struct Step {
    enum class Kind { done, wait, ended, failed };
    Kind kind = Kind::done;
    std::size_t bytes = 0;
  };
  virtual Step receive(char* to, std::size_t size) = 0;
  virtual Step transmit(std::string_view bytes) = 0;
  /// Continues opening the stream.
  virtual void go_on_opening() = 0;

  static Step step_of(ssize_t count) {
    if (count > 0) return {Step::Kind::done, static_cast<std::size_t>(count)};
    if (count == 0) return {Step::Kind::ended};
    return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Step::Kind::wait
                                                                      : Step::Kind::failed};
  }
  Step receive_plain(char* to, std::size_t size) const { return step_of(::recv(descriptor_, to, size, 0)); }
  int descriptor() const { return descriptor_; }
  void read() override {
    wants_input_ = true;
    if (has_input_ && !is_reading_) hub_.gate->loop->call_again(watch_);
  }
  /// Whether `receive` may have more bytes even if it returned fewer than requested.
  bool has_more_ = false;

 private:
  void open() override {
    try {
      watch_ = hub_.gate->loop->watch(descriptor_, *this);
    } catch (const std::system_error& error) {
      report(0, "can't wait for the connection: " + error.code().message());
      return close();
    }
    go_on_opening();
  }

  void read_now() override { read_some(); }

  void on_ready(bool is_over) override {
    const auto self = shared_from_this();
    has_input_ = true;
    has_ended_ = has_ended_ || is_over;
    if (is_opening()) return go_on_opening();
    if (std::exchange(wants_room_, false)) write();
    read_what_is_here();
  }

  void read_what_is_here() {
    constexpr int most = 16;  // then it's the turn of other connections
    struct Reading {
      bool& is_reading;
      ~Reading() { is_reading = false; }
    } const reading{is_reading_ = true};
    for (int i = 0; i < most && wants_input_ && has_input_ && !is_closed(); ++i) read_some();
    if (wants_input_ && has_input_ && !is_closed()) hub_.gate->loop->call_again(watch_);
  }

  void read_some() {
    const Step step = receive(hub_.scratch.data(), hub_.scratch.size());
    if (step.kind == Step::Kind::wait) {
      has_input_ = false;
      return;
    }
    wants_input_ = false;
    if (step.kind == Step::Kind::ended) return ended();
    if (step.kind == Step::Kind::failed) return close();
    // A socket that returned less is empty. The loop reports when more arrives.
    if (step.bytes < hub_.scratch.size() && !has_ended_ && !has_more_) has_input_ = false;
    received({hub_.scratch.data(), step.bytes});
  }

  void write() override {
    while (written_ < out_.size()) {
      const Step step = transmit(std::string_view(out_).substr(written_));
      if (step.kind == Step::Kind::wait) {
        wants_room_ = true;
        return;
      }
      if (step.kind != Step::Kind::done) return close();
      written_ += step.bytes;
    }
    written_ = 0;
    sent();
  }

  void reset_on_close() override {
    const struct ::linger at_once { .l_onoff = 1, .l_linger = 0 };
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  void close_socket() override {
    if (descriptor_ < 0) return;
    if (watch_ != 0 && hub_.gate->loop != nullptr) hub_.gate->loop->forget(watch_);
    ::close(std::exchange(descriptor_, -1));
  }

  int descriptor_;
  Loop::Watch watch_ = 0;
  std::size_t written_ = 0;  // of `out_`
  bool has_input_ = false;   // as far as we know
  bool has_ended_ = false;   // the client won't send any more
  bool wants_input_ = false;
  bool wants_room_ = false;  // to send
  bool is_reading_ = false;
};

/// Over TCP or a socket file.
class PlainSession final : public SocketSession {
 public:
  using SocketSession::SocketSession;

 private:
  void go_on_opening() override { begin(); }
  Step receive(char* to, std::size_t size) override { return receive_plain(to, size); }
  Step transmit(std::string_view bytes) override {
    return step_of(::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  void end_sending() override { ::shutdown(descriptor(), SHUT_WR); }
  void hang_up() override { close(); }
};

class TlsSession final : public SocketSession {
 public:
  TlsSession(Hub& hub, std::string remote, int descriptor, SSL_CTX* context)
      : SocketSession(hub, std::move(remote), descriptor), tls_(SSL_new(context)) {
    has_more_ = true;
    if (!tls_) return;
    BIO* const bio = make_socket_bio(descriptor);
    SSL_set_bio(tls_.get(), bio, bio);
    SSL_set_accept_state(tls_.get());
  }

 private:
  void go_on_opening() override {
    if (!tls_) {
      report(0, "not enough memory for TLS");
      return close();
    }
    ERR_clear_error();
    errno = 0;
    const int result = SSL_do_handshake(tls_.get());
    if (result == 1) return begin();
    const int error = SSL_get_error(tls_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
    const bool is_broken = error == SSL_ERROR_SYSCALL && errno != 0;
    const std::string reason = error == SSL_ERROR_SSL ? handshake_failure()
                               : is_broken            ? std::generic_category().message(errno)
                                                      : "the client closed the connection";
    report(0, "TLS handshake failed: " + reason);
    // Closing at once, with bytes unread, would send a reset, and the client could lose the alert.
    if (error == SSL_ERROR_SSL) return linger();
    close();
  }

  Step receive(char* to, std::size_t size) override {
    if (is_ending_) return receive_plain(to, size);
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(tls_.get(), to, size, &count);
    return step_of_tls(result, count);
  }

  Step transmit(std::string_view bytes) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &count);
    return step_of_tls(result, count);
  }

  Step step_of_tls(int result, std::size_t count) const {
    if (result == 1) return {Step::Kind::done, count};
    const int error = SSL_get_error(tls_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return {Step::Kind::wait};
    return {error == SSL_ERROR_ZERO_RETURN ? Step::Kind::ended : Step::Kind::failed};
  }

  /// Bytes that arrive after this are dropped without decrypting them.
  void end_sending() override {
    is_ending_ = true;
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ::shutdown(descriptor(), SHUT_WR);
  }

  /// Waits for the client to close first. Otherwise its system could discard the response.
  void hang_up() override {
    end_sending();
    read();
  }

  struct Free {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  std::unique_ptr<SSL, Free> tls_;
  bool is_ending_ = false;
};

}  // namespace alohook
