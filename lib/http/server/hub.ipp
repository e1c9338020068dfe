#pragma once
// Part of server.cpp: what the connections of a server share.
#include <utility>  // Boost 1.74 forgets it in C++20

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/thread.h"
#include "http/server/server.h"

namespace alohook {

using SteadyTime = std::chrono::steady_clock::time_point;

/// For sending one response.
inline constexpr std::chrono::seconds write_timeout{30};
/// A client that was rejected mid-request may go on sending for this long and this much, so that it comes to read
/// why; closing at once would make its system throw the response away.
inline constexpr std::chrono::seconds linger_timeout{5};
inline constexpr std::size_t linger_bytes = 64 * 1024 * 1024;
inline constexpr std::size_t linger_connections = 256;
/// Between the bytes of a response that drips.
inline constexpr std::chrono::milliseconds drip_pause{100};

/// Gives a string's memory back. Assigning an empty string would keep it.
inline void release_memory(std::string& text) { std::string().swap(text); }

class Session;

/// The way from a responder back to the loop; outlives the server when a responder does.
struct Gate {
  std::mutex mutex;
  boost::asio::io_context* loop = nullptr;  ///< null once the server is gone; guarded by `mutex`
  std::atomic<std::thread::id> thread{};    ///< the one that runs the loop
};

/// What the connections of a server share.
struct Hub {
  ServerOptions options;
  Server::Handler on_request;
  Server::RejectionHandler on_rejection;
  std::function<void()> on_leave;  ///< called when a connection has ended
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::unordered_map<Session*, std::shared_ptr<Session>> sessions;  ///< every open connection
  std::size_t admitted = 0;             ///< those of them that count against `max_connections`
  std::size_t unfinished_bytes = 0;     ///< of all requests that are not complete
  bool stopping = false;                ///< no connection outlives its present request
  std::array<char, 64 * 1024> scratch;  ///< where bytes arrive, so that an idle connection needs no buffer
};

/// What a `Responder` calls: responds once, from any thread.
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
