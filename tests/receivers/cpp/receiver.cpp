// Receives ALO webhooks with cpp-httplib, nlohmann/json and OpenSSL.
#include <httplib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t longest_body = 1024 * 1024;
constexpr long tolerance_s = 300;

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

const std::string secret = environment("ALOHOOK_SECRET", "");
const std::string encoding = environment("ALO_ENCODING", "v0");  // ALO doesn't document the MAC's encoding

std::string hex(std::string_view bytes) {
  std::string out;
  for (const unsigned char byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string expected_signature(const std::string& timestamp, const std::string& body) {
  const std::string base = "v0:" + timestamp + ":" + body;
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(base.data()), base.size(), mac, &size);
  const std::string bytes(reinterpret_cast<const char*>(mac), size);
  if (encoding == "base64") return base64(bytes);
  return (encoding == "hex" ? "" : "v0=") + hex(bytes);
}

bool is_recent(const std::string& timestamp) {
  const bool is_number =
      !timestamp.empty() && timestamp.size() <= 12 &&
      std::all_of(timestamp.begin(), timestamp.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_number && std::labs(std::stol(timestamp) - static_cast<long>(std::time(nullptr))) <= tolerance_s;
}

bool is_authentic(const httplib::Request& request, const std::string& body) {
  if (request.get_header_value_count("X-ALO-Request-Timestamp") != 1) return false;
  if (request.get_header_value_count("X-ALO-Signature") != 1) return false;
  const std::string timestamp = request.get_header_value("X-ALO-Request-Timestamp");
  const std::string signature = request.get_header_value("X-ALO-Signature");
  if (!is_recent(timestamp)) return false;
  const std::string expected = expected_signature(timestamp, body);
  return signature.size() == expected.size() &&
         CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

void respond(httplib::Response& response, int status, const std::string& text,
             const char* type = "text/plain") {
  response.status = status;
  response.set_content(text, type);
}

void receive(const httplib::Request& request, httplib::Response& response, const std::string& body) {
  if (body.size() > longest_body) return respond(response, 413, "too large\n");
  if (!is_authentic(request, body)) return respond(response, 403, "not authentic\n");
  // Parse it only now. Deep nesting is harmless to nlohmann's parser.
  const auto event = nlohmann::json::parse(body, nullptr, false);
  if (!event.is_object()) return respond(response, 400, "not an event\n");
  const auto type = event.find("type");
  if (type != event.end() && (*type == "webhook_url_verification" || *type == "webhook_url_validation")) {
    const auto challenge = event.find("challenge");
    const nlohmann::json echo{{"challenge", challenge == event.end() ? nlohmann::json() : *challenge}};
    return respond(response, 200, echo.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                   "application/json");
  }
  // Handle the event here; unknown types are accepted and ignored.
  respond(response, 200, "ok\n");
}

}  // namespace

int main() {
  if (secret.empty()) {
    std::fputs("ALOHOOK_SECRET is not set\n", stderr);
    return 1;
  }
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1000);
  // Before calling a handler, cpp-httplib decodes a body by its Content-Encoding and splits forms. The signature covers
  // the bytes on the wire, so the body is read piece by piece, with these headers renamed to hide them from the
  // library.
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response&) {
    auto& headers = const_cast<httplib::Request&>(request).headers;
    headers.erase("Content-Encoding");
    headers.erase("Content-Type");
    return httplib::Server::HandlerResponse::Unhandled;
  });
  server.Post("/", [](const httplib::Request& request, httplib::Response& response,
                      const httplib::ContentReader& read) {
    std::string body;
    read([&body](const char* bytes, std::size_t size) {
      if (body.size() <= longest_body) body.append(bytes, std::min(size, longest_body + 1 - body.size()));
      return true;
    });
    receive(request, response, body);
  });
  const int wanted = std::atoi(environment("PORT", "3000").c_str());
  const int port = wanted != 0 ? (server.bind_to_port("127.0.0.1", wanted) ? wanted : -1)
                               : server.bind_to_any_port("127.0.0.1");
  if (port <= 0) {
    std::fputs("can't listen on 127.0.0.1\n", stderr);
    return 1;
  }
  std::printf("listening on http://127.0.0.1:%d/\n", port);
  std::fflush(stdout);
  return server.listen_after_bind() ? 0 : 1;
}
