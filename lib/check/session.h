#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/check_request.h"
#include "check/leak_detector.h"
#include "check/reaction.h"
#include "check/receiver_facts.h"
#include "check/settings.h"
#include "signing/masking.h"

namespace alohook {

/// A header with a new value in every request of a check, so that you can identify requests in the receiver's log.
inline constexpr std::string_view check_header = "X-Alohook-Check";

/// A conversation with one receiver. Builds requests, sends them at a moderate rate, and distinguishes what a request
/// causes from what happens by chance.
class CheckSession {
 public:
  CheckSession(const CheckSettings& settings, const CheckWorld& world);

  ReceiverFacts facts;

  Encoding encoding() const { return encoding_; }
  void set_encoding(Encoding encoding) { encoding_ = encoding; }
  std::string fresh_id() const { return "alohook-check-" + world_.make_uuid(); }
  /// Returns a body with a new ID. `more` is inserted before its members: `"n":1,`, with any whitespace.
  std::string body(std::string_view more = {});
  std::string timestamp(std::int64_t offset_s = 0) const;
  Request request(std::string body, Headers signature) const;
  Headers sign(std::string_view timestamp, std::string_view body) const;
  /// Returns headers with this timestamp and these raw bytes as the MAC, encoded as the receiver expects.
  Headers sign_with(std::string_view timestamp, std::string_view digest) const;
  CheckRequest valid(std::string sent, std::string body, std::int64_t offset_s = 0) const;
  CheckRequest badly_signed(std::string sent, std::string body) const;

  Exchange send(const CheckRequest& trial);
  /// Sends a valid request, renewed each time, until it is accepted or chance is ruled out. Returns the last response.
  Exchange send_valid(const CheckRequest& trial);
  /// Returns how often to resend a rejected request until its rejection can't be due to chance.
  int confirmations() const;
  /// Sends an invalid request. Resends it if it crashes the receiver, or the first time it makes the receiver hang.
  Exchange send_invalid(const CheckRequest& trial);
  /// Sends all requests concurrently, each over its own connection. The first one gets a head start.
  std::vector<Exchange> send_at_once(const std::vector<CheckRequest>& trials,
                                     std::chrono::milliseconds head_start = std::chrono::milliseconds(0));
  /// Returns what the receiver did: by the status alone, or also by whether it echoed the challenge.
  Reaction status_reaction(const Exchange& exchange) const;
  Reaction reaction(const CheckRequest& trial, const Exchange& exchange) const;
  /// Returns whether a plain valid request is accepted.
  bool control();
  /// Returns whether the receiver still responds. Waits a few seconds for it to recover, else the session is over.
  bool is_alive();

  /// Counts valid requests: how many were sent, and how many of these were rejected by chance.
  void count_valid(int rejected, int sent);
  /// Returns whether this is the first request without a response in time, which is noted but isn't a rejection.
  bool excuses(const Exchange& exchange);
  const Intermittent& valid_requests() const { return valid_requests_; }
  /// How many requests got a response only on a new connection, because the first one was dropped.
  int dropped() const { return dropped_; }

  /// Why no more requests can be sent; empty while they can.
  const std::string& gone() const { return gone_; }
  /// Whether it stopped responding after it had accepted a valid request.
  bool has_died() const { return has_died_; }

  std::string acceptance_text() const;
  std::string refusal_text() const;

  std::optional<std::int64_t> count_effects() const;

  /// Sets how many requests a correct receiver gets, and the maximum for any receiver.
  void set_plan(int planned, int most);
  void set_running(std::string_view id) { progress_.id = id; }
  int requests_sent() const { return requests_sent_; }
  int signed_events_sent() const { return signed_events_sent_; }
  bool is_reachable() const { return is_reachable_; }

  const CheckSettings& settings() const { return settings_; }
  const CheckWorld& world() const { return world_; }
  const LeakDetector& leak_detector() const { return leak_detector_; }

 private:
  void keep_rate();
  Exchange send_once(const CheckRequest& trial);
  void count(const CheckRequest& trial, Exchange& exchange, LeakDetector::Pace pace);
  CheckRequest renewed(CheckRequest trial) const;
  void end(std::string why);

  const CheckSettings& settings_;
  const CheckWorld& world_;
  LeakDetector leak_detector_;
  Masking masking_;
  Transport transport_;
  Encoding encoding_ = Encoding::v0;
  std::string gone_;
  bool has_died_ = false;
  bool answers_unsigned_ = true;
  bool is_reachable_ = false;
  bool was_accepted_ = false;
  bool was_slow_ = false;
  bool hangs_at_invalid_ = false;
  Intermittent valid_requests_;
  int requests_sent_ = 0;
  int most_requests_ = 0;
  int signed_events_sent_ = 0;
  int silences_ = 0, all_silences_ = 0;
  int limits_hit_ = 0;
  int dropped_ = 0;
  CheckProgress progress_;
  std::optional<std::chrono::steady_clock::time_point> last_sent_;
};

}  // namespace alohook
