#include "http/server/self_signed.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

/// Returns what the `openssl` program prints about a certificate.
std::string openssl(const TlsIdentity& identity, const std::string& arguments) {
  std::string folder = (std::filesystem::temp_directory_path() / "alohook-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/certificate.pem") << identity.certificate_pem;
  std::ofstream(folder + "/key.pem") << identity.key_pem;
  std::string output;
  if (FILE* pipe = popen(("cd '" + folder + "' && openssl " + arguments + " 2>&1").c_str(), "r")) {
    for (int c = 0; (c = std::getc(pipe)) != EOF;) output += static_cast<char>(c);
    pclose(pipe);
  }
  std::filesystem::remove_all(folder);
  return output;
}

bool has_openssl() {
  if (std::system("openssl version >/dev/null 2>&1") == 0) return true;
  WARN("no openssl program here: skipped");
  return false;
}

}  // namespace

TEST_CASE("a generated certificate is for this machine and the host, and OpenSSL accepts it") {
  if (!has_openssl()) return;
  const TlsIdentity identity = make_self_signed("hooks.example");
  const std::string text = openssl(identity, "x509 -in certificate.pem -noout -text -nameopt oneline");
  CHECK_THAT(text, ContainsSubstring("Subject: CN = alohook development"));
  CHECK_THAT(text, ContainsSubstring("ASN1 OID: prime256v1"));
  CHECK_THAT(text, ContainsSubstring("DNS:localhost"));
  CHECK_THAT(text, ContainsSubstring("IP Address:127.0.0.1"));
  CHECK_THAT(text, ContainsSubstring("IP Address:0:0:0:0:0:0:0:1"));
  CHECK_THAT(text, ContainsSubstring("DNS:hooks.example"));
  for (const char* name : {"-verify_hostname localhost", "-verify_hostname hooks.example",
                           "-verify_ip 127.0.0.1", "-verify_ip ::1"})
    CHECK_THAT(
        openssl(identity, std::string("verify -x509_strict -purpose sslserver -CAfile certificate.pem ") +
                              name + " certificate.pem"),
        ContainsSubstring("certificate.pem: OK"));
  CHECK_THAT(
      openssl(identity, "verify -CAfile certificate.pem -verify_hostname other.example certificate.pem"),
      ContainsSubstring("mismatch"));
}

TEST_CASE("the private key belongs to the certificate") {
  if (!has_openssl()) return;
  const TlsIdentity identity = make_self_signed("localhost");
  const std::string from_certificate = openssl(identity, "x509 -in certificate.pem -noout -pubkey");
  CHECK_THAT(from_certificate, ContainsSubstring("BEGIN PUBLIC KEY"));
  CHECK(from_certificate == openssl(identity, "pkey -in key.pem -pubout"));
}

TEST_CASE("a certificate is valid now and for 30 days") {
  if (!has_openssl()) return;
  const TlsIdentity identity = make_self_signed("localhost");
  CHECK_THAT(openssl(identity, "x509 -in certificate.pem -noout -checkend 2590000"),
             ContainsSubstring("will not expire"));
  CHECK_THAT(openssl(identity, "x509 -in certificate.pem -noout -checkend 2592100"),
             ContainsSubstring("will expire"));
}

TEST_CASE("an IP address as host becomes an IP address, and no host can inject another name") {
  if (!has_openssl()) return;
  CHECK_THAT(openssl(make_self_signed("192.0.2.7"), "x509 -in certificate.pem -noout -ext subjectAltName"),
             ContainsSubstring("IP Address:192.0.2.7"));
  CHECK_THAT(openssl(make_self_signed("2001:db8::7"), "x509 -in certificate.pem -noout -ext subjectAltName"),
             ContainsSubstring("IP Address:2001:DB8:0:0:0:0:0:7"));
  CHECK_THAT(openssl(make_self_signed("a,DNS:evil.example"),
                     "verify -CAfile certificate.pem -verify_hostname "
                     "evil.example certificate.pem"),
             ContainsSubstring("mismatch"));
}

TEST_CASE("no two certificates share a key or a serial number") {
  const TlsIdentity one = make_self_signed("localhost");
  const TlsIdentity other = make_self_signed("localhost");
  CHECK(one.key_pem != other.key_pem);
  CHECK(fingerprint(one) != fingerprint(other));
  if (!has_openssl()) return;
  CHECK(openssl(one, "x509 -in certificate.pem -noout -serial") !=
        openssl(other, "x509 -in certificate.pem -noout -serial"));
}

TEST_CASE("the fingerprint is the one that openssl prints") {
  if (!has_openssl()) return;
  const TlsIdentity identity = make_self_signed("localhost");
  CHECK_THAT(openssl(identity, "x509 -in certificate.pem -noout -fingerprint -sha256"),
             ContainsSubstring("=" + fingerprint(identity) + "\n"));
}

TEST_CASE("text that isn't a certificate has no fingerprint") {
  CHECK_THROWS_AS(fingerprint({"", ""}), Error);
  CHECK_THROWS_AS(fingerprint({"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ""}), Error);
}

TEST_CASE("warnings name what clients will object to, and a generated certificate has none for 30 days") {
  const TlsIdentity identity = make_self_signed("hooks.example");
  const Time now{std::chrono::seconds{std::time(nullptr)}};
  using std::chrono::hours;
  for (const char* host : {"localhost", "127.0.0.1", "::1", "[::1]", "hooks.example", "0.0.0.0", "::"}) {
    CAPTURE(host);
    CHECK(identity_warnings(identity, host, now + hours(24 * 29)).empty());
  }
  CHECK_THAT(identity_warnings(identity, "localhost", now + hours(24 * 31)).at(0),
             ContainsSubstring("it expired on 20"));
  CHECK_THAT(identity_warnings(identity, "localhost", now - hours(24)).at(0),
             ContainsSubstring("it is not valid before 20"));
  CHECK(identity_warnings(identity, "other.example", now) ==
        std::vector<std::string>{"it is not for \"other.example\""});
  CHECK_THROWS_AS(identity_warnings({"nonsense", ""}, "localhost", now), Error);
}
