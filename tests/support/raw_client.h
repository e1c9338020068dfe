#pragma once
// For tests of the server: a client that sends exactly the bytes it is given, and a server in a thread.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "http/server/server.h"

namespace alohook {

/// A connection that never sends anything by itself. Waiting for bytes fails after 20 s, so that no test hangs.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const std::string& host = "127.0.0.1") {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
      throw std::runtime_error("getaddrinfo");
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> address(found, freeaddrinfo);
    connect_to(address->ai_family, address->ai_addr, address->ai_addrlen);
  }
  explicit RawClient(const std::string& socket_file) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_file.data(), socket_file.size());
    connect_to(AF_UNIX, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  ~RawClient() { close(descriptor_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  int descriptor() const { return descriptor_; }

  /// Sends as much as the peer accepts. Returns false if it has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void end_sending() { shutdown(descriptor_, SHUT_WR); }

  /// Returns the next `count` bytes, or fewer if the connection ends.
  std::string read(std::size_t count) {
    while (buffer_.size() < count && receive()) {
    }
    return take(std::min(count, buffer_.size()));
  }
  /// Returns everything until the connection ends.
  std::string read_all() {
    while (receive()) {
    }
    return take(buffer_.size());
  }
  /// Returns one response: its head, and as much body as its Content-Length says.
  std::string read_response(bool has_body = true) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return take(buffer_.size());
    const std::string head = take(end + 4);
    const std::size_t length = head.find("Content-Length: ");
    return length == std::string::npos || !has_body ? head
                                                    : head + read(std::stoul(head.substr(length + 16)));
  }
  /// Returns whether the connection has ended without further bytes.
  bool is_at_end() { return buffer_.empty() && !receive(); }

 private:
  void connect_to(int family, const sockaddr* address, socklen_t length) {
    descriptor_ = socket(family, SOCK_STREAM, 0);
    const timeval limit{20, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int on = 1;  // each `send` is a separate packet
    if (family != AF_UNIX) setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(descriptor_, address, length) == 0) return;
    close(descriptor_);
    throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  }
  bool receive() {
    char bytes[16 * 1024];
    const ssize_t count = recv(descriptor_, bytes, sizeof bytes, 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      throw std::runtime_error("nothing came for 20 s");
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  std::string take(std::size_t count) {
    std::string taken = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return taken;
  }

  int descriptor_ = -1;
  std::string buffer_;
};

/// A server in its own thread that responds to every request with 200 and records it.
class RunningServer {
 public:
  explicit RunningServer(ServerOptions options = {})
      : RunningServer(std::move(options), [](const Incoming&, const Responder& respond) {
          respond({200, "", {}, "ok"});
        }) {}
  RunningServer(ServerOptions options, Server::Handler handler)
      : server_(
            std::move(options),
            [this, handler = std::move(handler)](Incoming incoming, Responder responder) {
              {
                const std::lock_guard lock(mutex_);
                requests_.push_back(incoming);
              }
              changed_.notify_all();
              handler(std::move(incoming), std::move(responder));
            },
            [this](const Rejection& rejection) {
              {
                const std::lock_guard lock(mutex_);
                rejections_.push_back(rejection);
              }
              changed_.notify_all();
            }),
        thread_([this] { server_.run(); }) {}
  ~RunningServer() {
    server_.stop(std::chrono::milliseconds(0));
    join();
  }

  Server& server() { return server_; }
  std::uint16_t port() const { return server_.port(); }
  /// Waits until `run` has returned.
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  Incoming request(std::size_t index) { return wait_for(requests_, index); }
  Rejection rejection(std::size_t index) { return wait_for(rejections_, index); }
  std::size_t request_count() {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }

 private:
  template <typename T>
  T wait_for(const std::vector<T>& list, std::size_t index) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return list.size() > index; }))
      throw std::runtime_error("the server did not see it within 20 s");
    return list[index];
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Incoming> requests_;
  std::vector<Rejection> rejections_;
  Server server_;
  std::thread thread_;
};

}  // namespace alohook
