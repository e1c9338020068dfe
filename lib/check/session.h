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

/// A header with a fresh value in every request of a check, by which the receiver's log tells them apart.
inline constexpr std::string_view check_header = "X-Alohook-Check";

/// A conversation with one receiver: makes requests, sends them at a decent rate, and tells what happens to one request
/// from what happens by chance.
class CheckSession {
 public:
  CheckSession(const CheckSettings& settings, const CheckWorld& world);

  ReceiverFacts facts;

  Encoding encoding() const { return encoding_; }
  void set_encoding(Encoding encoding) { encoding_ = encoding; }
  std::string fresh_id() const { return "alohook-check-" + world_.make_uuid(); }
  /// A body with a fresh id. `more` is put in front of its members: `"n":1,`, with any whitespace.
  std::string body(std::string_view more = {});
  std::string timestamp(std::int64_t offset_s = 0) const;
  Request request(std::string body, Headers signature) const;
  Headers sign(std::string_view timestamp, std::string_view body) const;
  /// Headers with this timestamp and a MAC given as raw bytes, written as the receiver reads them.
  Headers sign_with(std::string_view timestamp, std::string_view digest) const;
  CheckRequest valid(std::string sent, std::string body, std::int64_t offset_s = 0) const;
  CheckRequest badly_signed(std::string sent, std::string body) const;

  Exchange send(const CheckRequest& trial);
  /// Sends a valid request, renewed each time, until it is accepted or chance is ruled out. Returns the last response.
  Exchange send_valid(const CheckRequest& trial);
  /// How often what was rejected has to be sent again, until its rejection can't be chance any more.
  int confirmations() const;
  /// Sends an invalid request, and again when it crashes the receiver, or the first time that it hangs.
  Exchange send_invalid(const CheckRequest& trial);
  /// Sends all at once, each over a connection of its own, the first so much before the others.
  std::vector<Exchange> send_at_once(const std::vector<CheckRequest>& trials,
                                     std::chrono::milliseconds head_start = std::chrono::milliseconds(0));
  /// What the receiver did: by the status alone, or also by whether it echoed the challenge.
  Reaction status_reaction(const Exchange& exchange) const;
  Reaction reaction(const CheckRequest& trial, const Exchange& exchange) const;
  /// Returns whether a plain valid request is accepted.
  bool control();
  /// Returns whether the receiver still answers; waits some seconds for it to come back. Otherwise the session is over.
  bool is_alive();

  /// Counts a valid request that was accepted or rejected by chance.
  void count_valid(int rejected, int sent);
  /// Returns whether no response came in time, for the first time: a note, no rejection.
  bool excuses(const Exchange& exchange);
  const Intermittent& valid_requests() const { return valid_requests_; }
  /// How many requests got no response because the connection was dropped, and one on a fresh connection.
  int dropped() const { return dropped_; }

  /// Why nothing more can be sent; empty while it can.
  const std::string& gone() const { return gone_; }
  /// Whether it stopped answering after it had accepted a valid request.
  bool has_died() const { return has_died_; }

  std::string acceptance_text() const;
  std::string refusal_text() const;

  std::optional<std::int64_t> count_effects() const;

  /// How many requests a correct receiver gets, and how many any receiver gets at most.
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
