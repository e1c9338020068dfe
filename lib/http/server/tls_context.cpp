#include "http/server/tls_context.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <new>

#include "base/error.h"

namespace alohook {
namespace {

struct FreeTlsObject {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Pem = std::unique_ptr<BIO, FreeTlsObject>;
using ReadCertificate = std::unique_ptr<X509, FreeTlsObject>;
using ReadKey = std::unique_ptr<EVP_PKEY, FreeTlsObject>;

/// Without this, OpenSSL would prompt for an encrypted key's passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

Pem open_pem(const std::string& text) {
  Pem pem(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!pem) throw std::bad_alloc();
  return pem;
}

/// Loads the server's own certificate, which comes first, and then its chain.
bool use_certificates(SSL_CTX* context, const std::string& text) {
  const Pem pem = open_pem(text);
  const ReadCertificate own(PEM_read_bio_X509_AUX(pem.get(), nullptr, no_passphrase, nullptr));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
  while (const ReadCertificate next{PEM_read_bio_X509(pem.get(), nullptr, no_passphrase, nullptr)})
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return false;
  const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (is_end) ERR_clear_error();
  return is_end;
}

bool use_key(SSL_CTX* context, const std::string& text) {
  const Pem pem = open_pem(text);
  const ReadKey key(PEM_read_bio_PrivateKey(pem.get(), nullptr, no_passphrase, nullptr));
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

}  // namespace

void FreeTlsContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

std::string handshake_failure() {
  const unsigned long error = ERR_peek_error();
  switch (ERR_GET_REASON(error)) {
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
    default: {
      const char* const text = ERR_reason_error_string(error);
      return text == nullptr ? "for an unknown reason" : fmt::format("OpenSSL reports '{}'", text);
    }
  }
}

TlsContext make_tls_context(const TlsIdentity& identity) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  // Read more than one record at a time, because closing a socket with unread bytes would reset the connection.
  SSL_CTX_set_read_ahead(context.get(), 1);
  ERR_clear_error();
  if (!use_certificates(context.get(), identity.certificate_pem))
    throw Error("the TLS certificate can't be read: it isn't PEM, or it is damaged",
                "give a PEM file, the server's own certificate first, with --tls-cert");
  if (!use_key(context.get(), identity.key_pem))
    throw Error(
        fmt::format("the TLS key can't be used: {}", identity.key_pem.find("ENCRYPTED") == std::string::npos
                                                         ? "it isn't PEM, or it is damaged"
                                                         : "it has a passphrase"),
        "give the certificate's own PEM key, without a passphrase, with --tls-key");
  if (SSL_CTX_check_private_key(context.get()) != 1)
    throw Error("the TLS key does not belong to the TLS certificate",
                "give the certificate's own PEM key with --tls-key");
  return context;
}

}  // namespace alohook
