#pragma once
// Part of server.cpp: how a session responds, at once or later, correctly or with a fault.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/server/response.h"
#include "http/server/server.h"
#include "http/server/session.ipp"

namespace alohook {

/// Truncates a response in the middle of its body, or of its head if it has no body.
inline std::string truncated(const std::string& text) {
  const std::size_t head = text.find("\r\n\r\n") + 4;
  const std::size_t body = text.size() - head;
  return text.substr(0, body == 0 ? head / 2 : head + body / 2);
}

/// Returns a response whose Content-Length is half of its body. If there is no body, a single byte exceeds it.
inline std::string with_wrong_length(Response response, const ResponseForm& form) {
  const std::size_t half = response.body.size() / 2;
  const std::string excess = response.body.empty() ? "\n" : response.body.substr(half);
  response.body.resize(half);
  return response_text(response, form) + excess;
}

inline void Session::answer(std::optional<ServerResponse> answer) {
  if (state_ != State::asking) return;
  if (!answer) return close();
  if (answer->delay <= std::chrono::milliseconds(0)) return answer_now(std::move(*answer));
  const auto delay = answer->delay;
  later(delay, [this, answer = std::move(*answer)] { answer_now(answer); });
}

inline void Session::answer_now(ServerResponse answer) {
  const bool cuts = answer.fault == Fault::truncate || answer.fault == Fault::wrong_length;
  form_.closes = form_.closes || hub_.stopping || cuts;
  switch (answer.fault) {
    case Fault::reset:
      reset_on_close();
      return close();
    case Fault::hang:
      return hang();
    case Fault::truncate:
      return send(truncated(response_text(answer.response, form_)), Then::hang_up);
    case Fault::wrong_length:
      return send(with_wrong_length(std::move(answer.response), form_), Then::hang_up);
    case Fault::drip:
      dripping_ = response_text(answer.response, form_);
      dripped_ = 0;
      return drip();
    case Fault::none:
      break;
  }
  send(response_text(answer.response, form_), form_.closes ? Then::hang_up : Then::next_request);
}

inline void Session::hang() {
  if (hub_.stopping) return close();
  state_ = State::hanging;
  read();  // reading shows when the client disconnects
}

/// Sends the next byte. The write timeout applies to each byte.
inline void Session::drip() {
  std::string byte(1, dripping_[dripped_]);
  if (++dripped_ < dripping_.size()) return send(std::move(byte), Then::drip);
  release_memory(dripping_);
  send(std::move(byte), form_.closes ? Then::hang_up : Then::next_request);
}

/// Runs an action after a delay, unless the connection has ended by then.
inline void Session::later(std::chrono::milliseconds delay, std::function<void()> action) {
  // The loop is there, since this runs on it.
  timer_ = hub_.gate->loop->at(Loop::Clock::now() + delay,
                               [this, self = shared_from_this(), action = std::move(action)] {
                                 timer_.reset();
                                 if (!is_closed()) action();
                               });
}

}  // namespace alohook
