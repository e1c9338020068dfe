#pragma once
#include <cstddef>
#include <memory>
#include <string>

#include "http/client/options.h"

// OpenSSL's own names, so that its headers stay out of here.
struct ssl_st;
struct ssl_ctx_st;

namespace alohook {

/// The result of one attempt to read from or write to a non-blocking socket.
struct IoStep {
  enum class Kind { done, wait_readable, wait_writable, ended, reset };
  Kind kind = Kind::done;
  std::size_t bytes = 0;  ///< transferred; only for `done`
};

/// Which certificates to trust, with TLS 1.2 or newer. Can be shared by any number of sessions.
class ClientTlsContext {
 public:
  /// Trusts the authorities of `ca_file`, or the system's when it is empty. Throws Error when the file can't be used.
  explicit ClientTlsContext(const ClientOptions& options);
  ~ClientTlsContext();
  ClientTlsContext(const ClientTlsContext&) = delete;
  ClientTlsContext& operator=(const ClientTlsContext&) = delete;

 private:
  friend class ClientTlsSession;
  ssl_ctx_st* context_;
  bool verify_;
  bool has_authorities_ = true;
};

/// The client side of a TLS connection over a non-blocking socket, which it doesn't own.
class ClientTlsSession {
 public:
  /// `host` is the name or IP address that the certificate must match.
  ClientTlsSession(const ClientTlsContext& context, int socket, const std::string& host);
  ~ClientTlsSession();
  ClientTlsSession(const ClientTlsSession&) = delete;
  ClientTlsSession& operator=(const ClientTlsSession&) = delete;

  /// Continues the handshake. Throws SendError if it fails or the certificate is invalid.
  IoStep handshake();
  /// Throws SendError if TLS itself fails.
  IoStep read(char* to, std::size_t size);
  IoStep write(const char* from, std::size_t size);
  /// Returns whether only TLS's own messages have arrived since the last response.
  bool is_quiet();

  /// Records the problem with a certificate while OpenSSL still has it available.
  void note_certificate(long problem, std::string names);

 private:
  IoStep step_of(int result, const char* doing);
  [[noreturn]] void fail_handshake();

  ssl_st* session_;
  std::string host_;
  bool has_authorities_;
  long problem_ = 0;
  std::string names_;
};

}  // namespace alohook
