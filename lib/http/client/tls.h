#pragma once
#include <cstddef>
#include <memory>
#include <string>

// OpenSSL's own names, so that its headers stay out of here.
struct ssl_st;
struct ssl_ctx_st;

namespace alohook {

/// What one attempt at reading from or writing to a socket that never blocks came to.
struct IoStep {
  enum class Kind { done, wait_readable, wait_writable, ended, reset };
  Kind kind = Kind::done;
  std::size_t bytes = 0;  ///< moved; only with `done`
};

/// Whom to trust and how: TLS 1.2 or newer, for any number of sessions.
class ClientTlsContext {
 public:
  /// Trusts the PEM file's authorities, or the system's when `ca_file` is empty.
  /// Throws Error when the file can't be used.
  ClientTlsContext(const std::string& ca_file, bool verify);
  ~ClientTlsContext();
  ClientTlsContext(const ClientTlsContext&) = delete;
  ClientTlsContext& operator=(const ClientTlsContext&) = delete;

 private:
  friend class ClientTlsSession;
  ssl_ctx_st* context_;
  bool verify_;
};

/// The client's side of one TLS connection over a non-blocking socket, which it does not own.
class ClientTlsSession {
 public:
  /// `host` is the name or IP address that the certificate must be for.
  ClientTlsSession(const ClientTlsContext& context, int socket, const std::string& host);
  ~ClientTlsSession();
  ClientTlsSession(const ClientTlsSession&) = delete;
  ClientTlsSession& operator=(const ClientTlsSession&) = delete;

  /// Goes on with the handshake. Throws SendError when it or the certificate is bad.
  IoStep handshake();
  /// Throws SendError when TLS itself breaks.
  IoStep read(char* to, std::size_t size);
  IoStep write(const char* from, std::size_t size);
  /// Returns whether nothing but TLS's own housekeeping has arrived since the last response.
  bool is_quiet();

  /// Keeps what is wrong with a certificate while OpenSSL still has it at hand.
  void note_certificate(long problem, std::string names);

 private:
  IoStep step_of(int result, const char* doing);
  [[noreturn]] void fail_handshake();

  ssl_st* session_;
  std::string host_;
  long problem_ = 0;
  std::string names_;
};

}  // namespace alohook
