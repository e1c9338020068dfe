#include "http/server/self_signed.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <iterator>
#include <memory>
#include <set>
#include <stdexcept>
#include <string_view>

#include "base/error.h"

namespace alohook {
namespace {

constexpr long validity_seconds = 30L * 24 * 60 * 60;
constexpr int serial_bits = 159;  // RFC 5280 section 4.1.2.2: at most 20 octets, positive

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* object) const {
    release(object);
  }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Name = std::unique_ptr<GENERAL_NAME, Release<GENERAL_NAME_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Octets = std::unique_ptr<ASN1_STRING, Release<ASN1_STRING_free>>;

void require(bool succeeded) {
  if (!succeeded) throw std::runtime_error("OpenSSL could not make a certificate");
}

void set_random_serial(X509* certificate) {
  const Number number(BN_new());
  require(number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
          BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void set_subject_and_issuer(X509* certificate) {
  constexpr std::string_view common_name = "alohook development";
  X509_NAME* name = X509_get_subject_name(certificate);
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(common_name.data()),
                                     static_cast<int>(common_name.size()), -1, 0) == 1 &&
          X509_set_issuer_name(certificate, name) == 1);
}

/// Returns an IP address as an address, anything else as a DNS name.
Name general_name(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  int type = GEN_DNS;
  std::string_view bytes = host;
  if (inet_pton(AF_INET, host.c_str(), address.data()) == 1) {
    type = GEN_IPADD;
    bytes = {reinterpret_cast<const char*>(address.data()), sizeof(in_addr)};
  } else if (inet_pton(AF_INET6, host.c_str(), address.data()) == 1) {
    type = GEN_IPADD;
    bytes = {reinterpret_cast<const char*>(address.data()), sizeof(in6_addr)};
  }
  Octets octets(ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING));
  Name name(GENERAL_NAME_new());
  require(octets && name && ASN1_STRING_set(octets.get(), bytes.data(), static_cast<int>(bytes.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), type, octets.release());
  return name;
}

void add_alternative_names(X509* certificate, const std::string& host) {
  const Names names(GENERAL_NAMES_new());
  require(names != nullptr);
  for (const std::string& each : std::set<std::string>{"localhost", "127.0.0.1", "::1", host}) {
    if (each.empty()) continue;
    Name name = general_name(each);
    require(sk_GENERAL_NAME_push(names.get(), name.get()) > 0);
    static_cast<void>(name.release());  // the list owns it now
  }
  require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_APPEND) == 1);
}

void add_extension(X509* certificate, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate read_certificate(const TlsIdentity& identity) {
  const std::string& pem = identity.certificate_pem;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!certificate)
    throw Error("the TLS certificate is not one", "give a PEM file that begins with a certificate");
  return certificate;
}

bool is_for(X509* certificate, const std::string& host) {
  const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string name = has_brackets ? host.substr(1, host.size() - 2) : host;
  return X509_check_ip_asc(certificate, name.c_str(), 0) == 1 ||
         X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                         nullptr) == 1;
}

/// Formats a date like `2026-11-26`.
std::string date_text(const ASN1_TIME* time) {
  std::tm date = {};
  if (ASN1_TIME_to_tm(time, &date) != 1) return "an unknown date";
  return fmt::format("{:04}-{:02}-{:02}", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
}

}  // namespace

TlsIdentity make_self_signed(const std::string& host) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  require(key && certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
          X509_set_pubkey(certificate.get(), key.get()) == 1);
  set_random_serial(certificate.get());
  set_subject_and_issuer(certificate.get());
  require(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0) != nullptr &&
          X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity_seconds) != nullptr);

  add_alternative_names(certificate.get(), host);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  add_extension(certificate.get(), NID_subject_key_identifier, "hash");
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

  const Bio certificate_pem(BIO_new(BIO_s_mem()));
  const Bio key_pem(BIO_new(BIO_s_secmem()));
  require(certificate_pem && key_pem && PEM_write_bio_X509(certificate_pem.get(), certificate.get()) == 1 &&
          PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return {text_of(certificate_pem.get()), text_of(key_pem.get())};
}

std::vector<std::string> identity_warnings(const TlsIdentity& identity, const std::string& host, Time now) {
  const Certificate certificate = read_certificate(identity);
  std::vector<std::string> warnings;
  std::time_t seconds = unix_seconds(now);
  if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &seconds) < 0)
    warnings.push_back("it expired on " + date_text(X509_get0_notAfter(certificate.get())));
  if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &seconds) > 0)
    warnings.push_back("it is not valid before " + date_text(X509_get0_notBefore(certificate.get())));
  if (X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0) != 1)
    warnings.emplace_back("it is not for servers");
  const bool is_any = host.empty() || host == "0.0.0.0" || host == "::" || host == "[::]";
  if (!is_any && !is_for(certificate.get(), host))
    warnings.push_back(fmt::format("it is not for \"{}\"", host));
  return warnings;
}

std::string fingerprint(const TlsIdentity& identity) {
  const Certificate certificate = read_certificate(identity);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require(X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) == 1);
  std::string text;
  for (unsigned int i = 0; i < size; ++i)
    fmt::format_to(std::back_inserter(text), "{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return text;
}

}  // namespace alohook
