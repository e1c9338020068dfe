#include "http/client/tls.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <string_view>

#include "base/error.h"
#include "base/visible.h"
#include "http/client/authorities.h"
#include "http/message.h"
#include "http/socket_bio.h"

namespace alohook {

namespace {

bool is_ip_address(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

std::string address_text(std::string_view bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  if (bytes.size() == 4) inet_ntop(AF_INET, bytes.data(), text, sizeof text);
  if (bytes.size() == 16) inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

/// Lists the names that a certificate is valid for, but only a few of them.
std::string names_of(X509* certificate) {
  constexpr int most = 8;
  std::string names;
  auto* alternatives =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  const int count = alternatives == nullptr ? 0 : sk_GENERAL_NAME_num(alternatives);
  for (int i = 0; i < count && i < most; ++i) {
    int type = 0;
    const auto* value =
        static_cast<ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(alternatives, i), &type));
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                 static_cast<std::size_t>(ASN1_STRING_length(value)));
    names +=
        (names.empty() ? "" : ", ") + (type == GEN_DNS ? visible(bytes.substr(0, 254)) : address_text(bytes));
  }
  if (count > most) names += ", …";
  GENERAL_NAMES_free(alternatives);
  return names.empty() ? "no name (a common name doesn't count)" : names;
}

int session_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

int on_certificate(int verified, X509_STORE_CTX* store) {
  if (verified == 1) return 1;
  auto* session = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  X509* certificate = X509_STORE_CTX_get_current_cert(store);
  static_cast<ClientTlsSession*>(SSL_get_ex_data(session, session_index()))
      ->note_certificate(X509_STORE_CTX_get_error(store),
                         certificate == nullptr ? "no name" : names_of(certificate));
  return 0;
}

std::string describe_problem(long problem, const std::string& host, const std::string& names) {
  switch (problem) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the server's certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the server's certificate is not valid yet";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "the server's certificate is self-signed, and so not trusted";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the server's certificate is from an unknown authority, or an intermediate certificate is "
             "missing";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("the server's certificate is not for \"{}\" but for {}", host, names);
    default:
      return fmt::format("the server's certificate is not trusted: {}",
                         X509_verify_cert_error_string(problem));
  }
}

/// What OpenSSL found, in the words of this program where the reason is a common one.
std::string openssl_reason() {
  const unsigned long error = ERR_peek_last_error();
  switch (ERR_GET_REASON(error)) {
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return "the server rejected it (no cipher in common, or it wants a client certificate)";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "the server wants a client certificate";
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return "the server doesn't know this host name";
    case SSL_R_TLSV1_ALERT_INTERNAL_ERROR:
      return "the server had an internal error";
    default:
      break;
  }
  const char* reason = ERR_reason_error_string(error);
  return reason == nullptr ? "OpenSSL doesn't say why" : fmt::format("OpenSSL reports '{}'", reason);
}

}  // namespace

ClientTlsContext::ClientTlsContext(const ClientOptions& options)
    : context_(SSL_CTX_new(TLS_client_method())), verify_(options.verify_tls) {
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Many servers close the connection without a close_notify. HTTP's own framing detects truncation.
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF);
  static constexpr unsigned char alpn[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context_, alpn, sizeof alpn - 1);
  if (!verify_) return;
  if (options.ca_file.empty()) {
    has_authorities_ = trust_system(context_, options.authorities_root);
  } else if (SSL_CTX_load_verify_locations(context_, options.ca_file.c_str(), nullptr) != 1) {
    SSL_CTX_free(context_);
    ERR_clear_error();
    throw Error(fmt::format("the CA file \"{}\" can't be used", visible(options.ca_file)),
                "it must be readable and hold certificates in PEM form");
  }
}

ClientTlsContext::~ClientTlsContext() { SSL_CTX_free(context_); }

ClientTlsSession::ClientTlsSession(const ClientTlsContext& context, int socket, const std::string& host)
    : session_(SSL_new(context.context_)), host_(host), has_authorities_(context.has_authorities_) {
  BIO* bio = make_socket_bio(socket);
  SSL_set_bio(session_, bio, bio);
  SSL_set_ex_data(session_, session_index(), this);
  SSL_set_verify(session_, context.verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                 context.verify_ ? on_certificate : nullptr);
  if (host_.ends_with('.')) host_.pop_back();
  if (is_ip_address(host_)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_), host_.c_str());
  } else {
    SSL_set_tlsext_host_name(session_, host_.c_str());
    // Like browsers and RFC 9525: a certificate's common name is no name of a host.
    SSL_set_hostflags(session_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    SSL_set1_host(session_, host_.c_str());
  }
  SSL_set_connect_state(session_);
}

ClientTlsSession::~ClientTlsSession() {
  // Try once to send a close_notify. The socket doesn't block.
  if (SSL_is_init_finished(session_) == 1) SSL_shutdown(session_);
  ERR_clear_error();
  SSL_free(session_);
}

void ClientTlsSession::note_certificate(long problem, std::string names) {
  problem_ = problem;
  names_ = std::move(names);
}

IoStep ClientTlsSession::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(session_);
  if (result == 1) return {};
  const int error = SSL_get_error(session_, result);
  if (error == SSL_ERROR_WANT_READ) return {IoStep::Kind::wait_readable};
  if (error == SSL_ERROR_WANT_WRITE) return {IoStep::Kind::wait_writable};
  fail_handshake();
}

void ClientTlsSession::fail_handshake() {
  const bool has_unknown_issuer = problem_ == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
                                  problem_ == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
                                  problem_ == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
                                  problem_ == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
  if (has_unknown_issuer && !has_authorities_) {
    throw SendError{
        SendError::Kind::tls,
        "no server certificate can be verified: this system has no trusted authorities (install the package "
        "ca-certificates, or use --cacert)"};
  }
  if (problem_ != X509_V_OK) throw SendError{SendError::Kind::tls, describe_problem(problem_, host_, names_)};
  switch (ERR_GET_REASON(ERR_peek_error())) {
    case 0:
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      throw SendError{
          SendError::Kind::tls,
          "the connection was closed during the TLS handshake (does the server speak TLS on this port?)"};
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_BAD_RECORD_TYPE:
      throw SendError{SendError::Kind::tls,
                      "the server does not speak TLS on this port (plain HTTP? then use http://)"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      throw SendError{SendError::Kind::tls,
                      "the server speaks no TLS 1.2 or newer, and older versions are not safe"};
    default:
      throw SendError{SendError::Kind::tls, "the TLS handshake failed: " + openssl_reason()};
  }
}

IoStep ClientTlsSession::step_of(int result, const char* doing) {
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_WANT_READ:
      return {IoStep::Kind::wait_readable};
    case SSL_ERROR_WANT_WRITE:
      return {IoStep::Kind::wait_writable};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStep::Kind::ended};
    case SSL_ERROR_SYSCALL:
      return {IoStep::Kind::reset};
    default:
      throw SendError{SendError::Kind::tls, fmt::format("TLS broke while {}: {}", doing, openssl_reason())};
  }
}

IoStep ClientTlsSession::read(char* to, std::size_t size) {
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(session_, to, size, &count);
  return result == 1 ? IoStep{IoStep::Kind::done, count} : step_of(result, "reading the response");
}

IoStep ClientTlsSession::write(const char* from, std::size_t size) {
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(session_, from, size, &count);
  return result == 1 ? IoStep{IoStep::Kind::done, count} : step_of(result, "sending the request");
}

bool ClientTlsSession::is_quiet() {
  ERR_clear_error();
  char byte = 0;
  const int result = SSL_peek(session_, &byte, 1);
  return result <= 0 && SSL_get_error(session_, result) == SSL_ERROR_WANT_READ;
}

}  // namespace alohook
