#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace alohook {

struct ClientOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{30'000};  ///< for the whole exchange, including connecting
  bool verify_tls = true;
  std::string ca_file = {};  ///< PEM file to trust instead of the system's store
  /// Where to look for the authorities of other distributions if OpenSSL's own place has none; nullopt looks for none.
  std::optional<std::string> authorities_root = "";
  /// Addresses to use instead of looking a name up, as `host:port:address`.
  std::vector<std::string> resolve = {};
  std::string unix_path = {};  ///< connect to this socket file, whatever the URL's host is
  /// Once this is true, all waiting for the network ends within a quarter of a second.
  std::shared_ptr<const std::atomic<bool>> interrupt = {};
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_body_bytes = 16 * 1024 * 1024;
};

}  // namespace alohook
