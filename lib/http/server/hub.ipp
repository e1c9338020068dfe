#pragma once
// Part of server.cpp: what the connections of a server share.
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/thread.h"
#include "http/server/loop.h"
#include "http/server/server.h"

namespace alohook {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Timeout for sending one response.
inline constexpr std::chrono::seconds write_timeout{30};
/// How long and how much a client that was rejected mid-request may continue to send, so that it can read the response.
/// If we closed the connection immediately, the client's system would discard the response.
inline constexpr std::chrono::seconds linger_timeout{5};
inline constexpr std::size_t linger_bytes = 64 * 1024 * 1024;
inline constexpr std::size_t linger_connections = 256;
/// Pause between the bytes of a response that drips.
inline constexpr std::chrono::milliseconds drip_pause{100};

/// Frees a string's memory. Assigning an empty string would keep it allocated.
inline void release_memory(std::string& text) { std::string().swap(text); }

class Session;

/// How a responder gets back to the loop. Outlives the server if a responder does.
struct Gate {
  std::mutex mutex;
  Loop* loop = nullptr;                   ///< null once the server is gone; guarded by `mutex`
  std::atomic<std::thread::id> thread{};  ///< the one that runs the loop
};

/// State shared by the connections of a server.
struct Hub {
  ServerOptions options;
  Server::Handler on_request;
  Server::RejectionHandler on_rejection;
  std::function<void()> on_leave;  ///< called after a connection has ended
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::unordered_map<Session*, std::shared_ptr<Session>> sessions;  ///< all open connections
  std::size_t admitted = 0;             ///< how many of them count toward `max_connections`
  std::size_t unfinished_bytes = 0;     ///< of all incomplete requests
  bool stopping = false;                ///< connections end after their current request
  std::array<char, 64 * 1024> scratch;  ///< shared receive buffer, so that an idle connection needs none
};

/// What a `Responder` calls. Responds once, from any thread.
class Reply {
 public:
  Reply(std::shared_ptr<Gate> gate, std::weak_ptr<Session> session)
      : gate_(std::move(gate)), session_(std::move(session)) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    FirstFailure().run([this] { deliver(std::nullopt); });
  }

  void deliver(std::optional<ServerResponse> answer);

 private:
  std::shared_ptr<Gate> gate_;
  std::weak_ptr<Session> session_;
  std::atomic<bool> used_ = false;
};

}  // namespace alohook
