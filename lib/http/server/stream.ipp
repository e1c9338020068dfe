#pragma once
// Part of server.cpp: the two kinds of connection, without and with TLS.
#include <utility>  // missing in Boost 1.74 with C++20

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "http/server/session.ipp"

namespace alohook {

using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                boost::asio::io_context::executor_type>;
using boost::system::error_code;

/// A connection over TCP or a socket file. It waits without a buffer, then reads into the shared one.
class PlainSession final : public Session {
 public:
  PlainSession(Hub& hub, std::string remote, Socket socket)
      : Session(hub, std::move(remote)), socket_(std::move(socket)) {}

 private:
  void open() override {
    socket_.non_blocking(true);
    begin();
  }

  void read() override {
    if (std::exchange(waiting_, true)) return;
    socket_.async_wait(Socket::wait_read, [this, self = shared_from_this()](error_code) {
      waiting_ = false;
      if (is_closed()) return;
      if (!read_some()) read();
    });
  }

  void read_now() override { read_some(); }

  /// Returns false if no bytes are available.
  bool read_some() {
    error_code error;
    const std::size_t count = socket_.read_some(boost::asio::buffer(hub_.scratch), error);
    if (error == boost::asio::error::would_block) return false;
    if (error == boost::asio::error::eof)
      ended();
    else if (error)
      close();
    else
      received({hub_.scratch.data(), count});
    return true;
  }

  void write() override {
    while (written_ < out_.size()) {
      error_code error;
      written_ += socket_.write_some(boost::asio::buffer(out_) + written_, error);
      if (error == boost::asio::error::would_block)
        return socket_.async_wait(Socket::wait_write, [this, self = shared_from_this()](error_code) {
          if (!is_closed()) write();
        });
      if (error) return close();
    }
    written_ = 0;
    sent();
  }

  void end_sending() override {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }

  void hang_up() override { close(); }

  void reset_on_close() override {
    error_code ignored;
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  }

  void close_socket() override {
    error_code ignored;
    socket_.close(ignored);
  }

  Socket socket_;
  std::size_t written_ = 0;  // of `out_`
  bool waiting_ = false;
};

/// Why a handshake failed, in the words of this program where the reason is a common one.
inline std::string handshake_failure(const error_code& error) {
  if (error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated)
    return "the client closed the connection";
  if (error.category() != boost::asio::error::get_ssl_category()) return error.message();
  switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_HTTP_REQUEST:
      return "the client speaks plain HTTP";
    case SSL_R_WRONG_VERSION_NUMBER:
      return "the client doesn't speak TLS";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return "the client doesn't trust the certificate";
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return "the client and alohook have no TLS version or cipher in common";
    default:
      return "OpenSSL reports '" + error.message() + "'";
  }
}

class TlsSession final : public Session {
 public:
  TlsSession(Hub& hub, std::string remote, Socket socket, boost::asio::ssl::context& tls)
      : Session(hub, std::move(remote)), stream_(std::move(socket), tls) {}

 private:
  void open() override {
    stream_.async_handshake(stream_.server, [this, self = shared_from_this()](error_code error) {
      if (is_closed()) return;
      if (!error) return begin();
      report(0, "TLS handshake failed: " + handshake_failure(error));
      close();
    });
  }

  void read() override {
    if (!in_.empty() || ending_ == Ending::saying) return;
    in_.resize(16 * 1024);
    const auto then = [this, self = shared_from_this()](error_code error, std::size_t count) {
      in_.resize(count);
      const std::string bytes = std::exchange(in_, {});
      if (is_closed()) return;
      if (!error) return received(bytes);
      if (error == boost::asio::error::eof) return ended();
      close();
    };
    if (ending_ == Ending::said)
      stream_.next_layer().async_read_some(boost::asio::buffer(in_), then);
    else
      stream_.async_read_some(boost::asio::buffer(in_), then);
  }

  void read_now() override {}

  void write() override {
    boost::asio::async_write(stream_, boost::asio::buffer(out_),
                             [this, self = shared_from_this()](error_code error, std::size_t) {
                               if (is_closed()) return;
                               if (error) return close();
                               sent();
                             });
  }

  /// Bytes after the close_notify are discarded without being decrypted.
  void end_sending() override {
    ending_ = Ending::saying;
    stream_.async_shutdown([this, self = shared_from_this()](error_code) {
      if (is_closed()) return;
      error_code ignored;
      stream_.next_layer().shutdown(Socket::shutdown_send, ignored);
      ending_ = Ending::said;
      read();
    });
  }

  void hang_up() override {
    stream_.async_shutdown([this, self = shared_from_this()](error_code) { close(); });
  }

  void reset_on_close() override {
    error_code ignored;
    stream_.next_layer().set_option(boost::asio::socket_base::linger(true, 0), ignored);
  }

  void close_socket() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  enum class Ending { not_yet, saying, said };

  boost::asio::ssl::stream<Socket> stream_;
  Ending ending_ = Ending::not_yet;
  std::string in_;  // receive buffer; empty unless it is waiting for bytes
};

}  // namespace alohook
