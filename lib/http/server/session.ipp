#pragma once
// Part of server.cpp: one connection, from its first byte to its last. Everything runs on the event loop.
#include <utility>  // missing in Boost 1.74 with C++20

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "http/server/hub.ipp"
#include "http/server/parser.ipp"
#include "http/server/response.h"
#include "http/server/server.h"

namespace alohook {

/// HTTP over a stream. The derived class transfers the bytes, this one interprets them.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Hub& hub, std::string remote) : hub_(hub), remote_(std::move(remote)) {}
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Joins the hub and serves requests.
  void start();
  /// Responds to the request that the handler has. Without an answer, closes the connection.
  void answer(std::optional<ServerResponse> answer);
  SteadyTime deadline() const { return deadline_; }
  /// Ends the connection, or rejects its request, after its deadline has passed.
  void expire();
  /// Ends the connection, unless a request is in flight.
  void wind_down();
  void close();

 protected:
  /// Opens the stream. Leads to `begin` or `close`.
  virtual void open() = 0;
  /// Waits for bytes; leads to `received`, `ended` or `close`, later. Harmless while it waits already.
  virtual void read() = 0;
  /// Reads what has already arrived, without waiting.
  virtual void read_now() = 0;
  /// Sends `out_`. Leads to `sent` or `close`.
  virtual void write() = 0;
  /// Shuts down the sending side. Reading continues.
  virtual void end_sending() = 0;
  /// Closes the stream gracefully. Leads to `close`.
  virtual void hang_up() = 0;
  /// Makes closing the socket send a reset.
  virtual void reset_on_close() = 0;
  virtual void close_socket() = 0;

  void begin();
  void received(std::string_view bytes);
  void ended();
  void sent();
  /// Sends no more, and drops what still arrives before it closes the connection.
  void linger();
  bool is_opening() const { return state_ == State::opening; }
  bool is_closed() const { return state_ == State::closed; }
  void report(int status, std::string reason) { hub_.on_rejection({status, remote_, std::move(reason)}); }

  Hub& hub_;
  std::string out_;

 private:
  enum class State {
    opening,
    idle,       // between requests
    reading,    // receiving a request
    asking,     // the handler has the request
    writing,    // something is on its way to the client
    hanging,    // never responded to; further bytes are dropped
    lingering,  // rejected or hung up; further bytes are dropped
    closed,
  };
  enum class Then { read_on, next_request, linger, hang_up, drip };

  std::size_t process(std::string_view bytes);
  void resume();
  void take_in(std::string_view bytes);
  void account();
  void begin_request();
  void hand_over();
  void reject(int status, const std::string& reason);
  void send(std::string bytes, Then then);
  void answer_now(ServerResponse answer);
  void hang();
  void drip();
  void later(std::chrono::milliseconds delay, std::function<void()> action);
  void release();
  void enter(State state, std::chrono::milliseconds limit) {
    state_ = state;
    deadline_ = std::chrono::steady_clock::now() + limit;
  }

  std::string remote_;
  State state_ = State::opening;
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime began_;  // when the request's first byte arrived
  Request request_;
  std::optional<RequestParser> parser_;
  std::string pending_;  // bytes that can't be parsed without the ones that follow
  Then then_ = Then::next_request;
  ResponseForm form_;
  std::size_t accounted_ = 0;  // this connection's share of `hub_.unfinished_bytes`
  std::size_t discarded_ = 0;
  std::optional<Loop::Timer> timer_;  // for an answer that is delayed or drips
  std::string dripping_;
  std::size_t dripped_ = 0;  // of `dripping_`
  bool admitted_ = false;
  bool processing_ = false;
  bool continued_ = false;
  bool rejected_ = false;
};

inline void Reply::deliver(std::optional<ServerResponse> answer) {
  if (used_.exchange(true)) return;
  if (gate_->thread == std::this_thread::get_id()) {
    if (const auto session = session_.lock()) session->answer(std::move(answer));
    return;
  }
  const std::lock_guard lock(gate_->mutex);
  if (gate_->loop == nullptr) return;
  // The session is looked up on the loop: its last owner must not be this thread.
  gate_->loop->post([session = session_, answer = std::move(answer)]() mutable {
    if (const auto found = session.lock()) found->answer(std::move(answer));
  });
}

inline void Session::start() {
  hub_.sessions.emplace(this, shared_from_this());
  admitted_ = hub_.admitted < hub_.options.max_connections;
  if (admitted_) ++hub_.admitted;
  enter(State::opening, hub_.options.request_timeout);
  open();
}

inline void Session::begin() {
  enter(State::idle, hub_.options.request_timeout);
  if (!admitted_) return reject(503, fmt::format("more than {} connections", hub_.options.max_connections));
  read();
}

inline void Session::received(std::string_view bytes) {
  if (rejected_ || state_ == State::hanging || state_ == State::lingering) {
    discarded_ += bytes.size();
    if (discarded_ > linger_bytes) return close();
    if (state_ != State::writing) read();
    return;
  }
  try {
    take_in(bytes);
  } catch (const std::bad_alloc&) {
    release_memory(request_.body);
    request_ = {};
    release_memory(pending_);
    if (is_closed()) return report(0, "not enough memory for the request");
    reject(503, "not enough memory for the request");
  }
}

inline void Session::take_in(std::string_view bytes) {
  if (!pending_.empty()) {
    pending_.append(bytes);
    resume();
  } else {
    const std::size_t used = process(bytes);
    pending_.assign(bytes.substr(used));
  }
  account();
  if (state_ == State::reading && hub_.unfinished_bytes > hub_.options.max_unfinished_bytes)
    reject(503, fmt::format("more than {} bytes of unfinished requests", hub_.options.max_unfinished_bytes));
}

/// Counts the bytes of an incomplete request toward the limit for all connections.
inline void Session::account() {
  const std::size_t body = state_ == State::reading ? request_.body.size() : 0;
  hub_.unfinished_bytes -= std::exchange(accounted_, body + pending_.size());
  hub_.unfinished_bytes += accounted_;
}

inline void Session::resume() {
  std::string bytes = std::exchange(pending_, {});
  bytes.erase(0, process(bytes));
  if (!bytes.empty()) pending_ = std::move(bytes);
}

/// Processes as many of the bytes as possible, across any number of requests. Returns how many were processed.
inline std::size_t Session::process(std::string_view bytes) {
  std::size_t used = 0;
  processing_ = true;
  while (used < bytes.size() && (state_ == State::idle || state_ == State::reading)) {
    if (state_ == State::idle) begin_request();
    used += parser_->take(bytes.substr(used));
    if (const auto refusal = parser_->refusal()) {
      reject(refusal->status, refusal->reason);
    } else if (parser_->done()) {
      hand_over();
    } else if (used == bytes.size() && parser_->waits_for_continue() && !std::exchange(continued_, true)) {
      send("HTTP/1.1 100 Continue\r\n\r\n", Then::read_on);
    } else {
      break;
    }
  }
  processing_ = false;
  if (state_ == State::idle || state_ == State::reading) read();
  return rejected_ || is_closed() ? bytes.size() : used;
}

inline void Session::begin_request() {
  release_memory(request_.body);
  request_ = {};
  parser_.emplace(request_, hub_.options.max_header_bytes, hub_.options.max_body_bytes);
  continued_ = false;
  enter(State::reading, hub_.options.request_timeout);
  began_ = deadline_ - hub_.options.request_timeout;
}

inline void Session::hand_over() {
  form_ = {request_.method == "HEAD", parser_->is_http_1_0(), !parser_->keeps_alive()};
  parser_.reset();
  state_ = State::asking;
  deadline_ = SteadyTime::max();
  auto reply = std::make_shared<Reply>(hub_.gate, weak_from_this());
  hub_.on_request({std::move(request_), remote_, began_},
                  [reply = std::move(reply)](ServerResponse answer) { reply->deliver(std::move(answer)); });
}

inline void Session::reject(int status, const std::string& reason) {
  report(status, reason);
  rejected_ = true;
  parser_.reset();
  release_memory(request_.body);
  request_ = {};
  release_memory(pending_);
  account();
  Response response{status, "", {{"Content-Type", "text/plain"}}, reason + "\n"};
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  const Headers& more = hub_.options.rejection_headers;
  response.headers.insert(response.headers.end(), more.begin(), more.end());
  send(response_text(response, {.closes = true}), Then::linger);
}

inline void Session::send(std::string bytes, Then then) {
  enter(State::writing, write_timeout);
  out_ = std::move(bytes);
  then_ = then;
  write();
}

inline void Session::sent() {
  release_memory(out_);
  if (then_ == Then::linger) return linger();
  if (then_ == Then::drip) return later(drip_pause, [this] { drip(); });
  if (then_ == Then::hang_up || (then_ == Then::next_request && hub_.stopping)) {
    enter(State::lingering, linger_timeout);
    return hang_up();
  }
  if (then_ == Then::next_request) {
    enter(State::idle, hub_.options.idle_timeout);
  } else {
    state_ = State::reading;
    deadline_ = began_ + hub_.options.request_timeout;
  }
  if (processing_) return;
  resume();
  account();
}

inline void Session::linger() {
  release();
  if (hub_.stopping || hub_.sessions.size() - hub_.admitted > linger_connections) return close();
  enter(State::lingering, linger_timeout);
  end_sending();
  read();
}

inline void Session::ended() {
  if (state_ == State::writing) return;  // the client may still be waiting for its response
  if (state_ == State::reading) return reject(400, "the connection ended in the middle of a request");
  close();
}

inline void Session::expire() {
  if (state_ == State::opening) report(0, "TLS handshake failed: it took too long");
  if (state_ != State::reading) return close();
  reject(408, fmt::format("request not complete after {} ms", hub_.options.request_timeout.count()));
}

inline void Session::wind_down() {
  if (state_ == State::idle) read_now();  // a request may have arrived already
  if (state_ == State::opening || state_ == State::idle || state_ == State::lingering ||
      state_ == State::hanging)
    close();
}

inline void Session::close() {
  if (is_closed()) return;
  const auto self = shared_from_this();
  state_ = State::closed;
  release_memory(pending_);
  account();
  deadline_ = SteadyTime::max();
  if (timer_) hub_.gate->loop->cancel(*std::exchange(timer_, std::nullopt));
  close_socket();
  release();
  hub_.sessions.erase(this);
  hub_.on_leave();
}

inline void Session::release() {
  if (std::exchange(admitted_, false)) --hub_.admitted;
}

}  // namespace alohook
