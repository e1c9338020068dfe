#include <fmt/format.h>
#include <openssl/x509.h>
#include <stdlib.h>  // setenv is POSIX
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "base/error.h"
#include "http/client/client.h"
#include "http/server/server.h"
#include "support/catch.hpp"

using namespace alohook;
using namespace std::chrono_literals;

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// An authority and the certificates it signed, created by the openssl command in a temporary directory.
class Certificates {
 public:
  Certificates()
      : folder_(std::filesystem::temp_directory_path() / fmt::format("alohook-certificates-{}", getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto command = fmt::format("cd '{}' && sh '{}/tests/support/certificates.sh' >log 2>&1",
                                     folder_.string(), ALOHOOK_SOURCE_DIR);
    complete_ = std::system(command.c_str()) == 0;
    if (!complete_) WARN("no certificates, so nothing is tested: " << contents(folder_ / "log"));
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }

  bool complete() const { return complete_; }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  TlsIdentity identity(const std::string& name) const {
    return {contents(path(name + ".pem")), contents(path(name + ".key"))};
  }

 private:
  std::filesystem::path folder_;
  bool complete_ = false;
};

/// A directory that stands for the root of a system.
class TemporaryRoot {
 public:
  explicit TemporaryRoot(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  void put(std::string_view place, const std::string& text) const {
    const std::filesystem::path file = path_ + std::string(place);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  void remove(std::string_view place) const { std::filesystem::remove(path_ + std::string(place)); }

 private:
  std::string path_;
};

/// Answers every request with its body, over TLS when there is an identity.
class EchoServer {
 public:
  explicit EchoServer(std::optional<TlsIdentity> identity)
      : server_(
            {.tls = std::move(identity)},
            [this](Incoming incoming, Responder respond) {
              last_remote_ = incoming.remote;
              respond(Response{.body = incoming.request.body});
            },
            [](const Rejection&) {}),
        thread_([this] { server_.run(); }) {}
  ~EchoServer() {
    server_.stop(0ms);
    server_.stop(0ms);
    thread_.join();
  }

  std::string url(const std::string& host = "127.0.0.1", const std::string& scheme = "https") const {
    return fmt::format("{}://{}:{}/", scheme, host, server_.port());
  }
  /// The client's address in the last request that got a response.
  const std::string& last_remote() const { return last_remote_; }

 private:
  std::string last_remote_;
  Server server_;
  std::thread thread_;
};

Exchange send(const std::string& url, ClientOptions options) {
  options.timeout = 60s;
  return Client(parse_url(url), std::move(options)).send({.body = "x"});
}

void check_tls_failure(const Exchange& exchange, const std::string& detail) {
  CHECK_FALSE(exchange.response);
  CHECK(static_cast<int>(exchange.error.kind) == static_cast<int>(SendError::Kind::tls));
  CHECK_THAT(exchange.error.detail, ContainsSubstring(detail));
}

}  // namespace

TEST_CASE("a certificate is trusted if its authority is trusted and it is for the host") {
  const Certificates certificates;
  if (!certificates.complete()) return;
  const EchoServer server(certificates.identity("good"));
  const ClientOptions trusting{.ca_file = certificates.path("ca.pem")};
  CHECK(send(server.url("127.0.0.1"), trusting).response);
  CHECK(send(server.url("localhost"), trusting).response);

  auto options = trusting;
  options.resolve = {fmt::format("hooks.example:{}:127.0.0.1", parse_url(server.url()).port)};
  check_tls_failure(send(server.url("hooks.example"), options),
                    "the server's certificate is not for \"hooks.example\" but for localhost, 127.0.0.1");

  // The system's trusted authorities can be set from outside.
  setenv("SSL_CERT_FILE", certificates.path("ca.pem").c_str(), 1);
  const auto by_environment = send(server.url(), {});
  unsetenv("SSL_CERT_FILE");
  CHECK(by_environment.response);
}

TEST_CASE("the system's authorities are found where each distribution keeps them") {
  const Certificates certificates;
  if (!certificates.complete()) return;
  const EchoServer server(certificates.identity("good"));
  const TemporaryRoot root(certificates.path("root"));
  // OpenSSL finds nothing of its own, whatever this machine trusts.
  setenv("SSL_CERT_FILE", certificates.path("nothing").c_str(), 1);
  setenv("SSL_CERT_DIR", certificates.path("nothing").c_str(), 1);
  const ClientOptions options{.authorities_root = root.path()};
  constexpr std::string_view none =
      "no server certificate can be verified: this system has no trusted authorities (install the package "
      "ca-certificates, or use --cacert)";
  check_tls_failure(send(server.url(), options), std::string(none));
  // Nothing is claimed of what the environment names.
  check_tls_failure(send(server.url(), {.authorities_root = std::nullopt}), "from an unknown authority");

  for (const std::string_view place :
       {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    INFO(place);
    root.put(place, contents(certificates.path("ca.pem")));
    CHECK(send(server.url(), options).response);
    CHECK_FALSE(send(server.url(), {.authorities_root = std::nullopt}).response);
    root.remove(place);
    check_tls_failure(send(server.url(), options), std::string(none));
  }

  // The first place that has any counts, and a file without certificates has none.
  root.put("/etc/ssl/certs/ca-certificates.crt", "nothing\n");
  root.put("/etc/pki/tls/certs/ca-bundle.crt", contents(certificates.path("self.pem")));
  root.put("/etc/ssl/cert.pem", contents(certificates.path("ca.pem")));
  check_tls_failure(send(server.url(), options), "from an unknown authority");
  root.remove("/etc/pki/tls/certs/ca-bundle.crt");
  CHECK(send(server.url(), options).response);

  // So do authorities that lie in OpenSSL's own directory, under their hashes; other files there are none.
  const std::string own = X509_get_default_cert_dir();
  root.put(own + "/README", "");
  CHECK(send(server.url(), options).response);
  root.put(own + "/4f316efb.0", "");
  check_tls_failure(send(server.url(), options), "from an unknown authority");

  // SSL_CERT_FILE, which OpenSSL reads, counts instead of all of these.
  std::filesystem::remove_all(root.path() + own);
  CHECK(send(server.url(), options).response);
  setenv("SSL_CERT_FILE", certificates.path("self.pem").c_str(), 1);
  const auto by_environment = send(server.url(), options);
  unsetenv("SSL_CERT_FILE");
  unsetenv("SSL_CERT_DIR");
  check_tls_failure(by_environment, "from an unknown authority");
}

TEST_CASE("each problem of a certificate has its own message") {
  const Certificates certificates;
  if (!certificates.complete()) return;
  const ClientOptions trusting{.ca_file = certificates.path("ca.pem")};
  const auto check = [&](const std::string& name, const ClientOptions& options, const std::string& detail) {
    const EchoServer server(certificates.identity(name));
    check_tls_failure(send(server.url(), options), detail);
    CHECK(send(server.url(), {.verify_tls = false}).response);
  };
  check("good", {}, "from an unknown authority");
  check("good", {.ca_file = certificates.path("self.pem")}, "from an unknown authority");
  check("self", trusting, "self-signed");
  check("expired", trusting, "has expired");
  check("future", trusting, "not valid yet");
  check("wrong", trusting, "not for \"127.0.0.1\" but for other.example, third.example, 10.0.0.1");
}

TEST_CASE("a self-signed certificate is trusted if it is the CA file itself") {
  const Certificates certificates;
  if (!certificates.complete()) return;
  const EchoServer server(certificates.identity("self"));
  CHECK(send(server.url(), {.ca_file = certificates.path("self.pem")}).response);
}

TEST_CASE("a CA file that can't be used is an error before anything is sent") {
  const auto url = parse_url("https://127.0.0.1:1/");
  CHECK_THROWS_AS(Client(url, {.ca_file = "/nowhere/ca.pem"}), Error);
  CHECK_THROWS_AS(Client(url, {.ca_file = "/dev/null"}), Error);
}

TEST_CASE("one TLS connection carries many requests of any size") {
  const EchoServer server(make_self_signed("localhost"));
  Client client(parse_url(server.url()), {.verify_tls = false});
  std::string remote;
  for (const std::size_t size : {0u, 1u, 16'384u, 100'000u, 5'000'000u, 2u}) {
    const std::string body(size, 'x');
    const auto result = client.send({.body = body});
    CAPTURE(size, result.error.detail);
    REQUIRE(result.response);
    CHECK(result.response->body == body);
    if (!remote.empty()) CHECK(server.last_remote() == remote);
    remote = server.last_remote();
  }
}

TEST_CASE("plain HTTP where TLS is expected is identified, and so is the reverse") {
  const EchoServer plain(std::nullopt);
  check_tls_failure(send(plain.url("127.0.0.1", "https"), {}), "does not speak TLS on this port");

  const EchoServer tls(make_self_signed("localhost"));
  const auto reverse = send(tls.url("127.0.0.1", "http"), {});
  CHECK_FALSE(reverse.response);
  CHECK_FALSE(reverse.error.detail.empty());
}
