#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "check/check_request.h"
#include "check/leak_detector.h"
#include "check/reaction.h"
#include "check/settings.h"
#include "signing/masking.h"

namespace alohook {

/// A header with a fresh value in every request of a check, by which the receiver's log can tell them.
inline constexpr std::string_view check_header = "X-Alohook-Check";

/// What carries the checks' contents.
enum class Carrier {
  event,      ///< `alohook.check`, or the event that was given
  challenge,  ///< ALO's challenge: for receivers that refuse unknown types, or answer 200 to everything
};

/// A conversation with one receiver: makes requests, sends them at a decent rate, and knows how it signs and judges.
class CheckSession {
 public:
  CheckSession(const CheckSettings& settings, const CheckWorld& world, CheckRun& run);

  /// Finds out how the receiver reads signatures, what it can be judged by, and whether it is there at all.
  void discover();

  // What was found out.
  Encoding encoding() const { return encoding_; }
  bool is_encoding_known() const { return run_.encoding.has_value(); }
  Carrier carrier() const { return carrier_; }
  bool judges_by_echo() const { return judges_by_echo_; }
  /// Why nothing more can be sent; empty while it can.
  const std::string& gone() const { return gone_; }
  const Exchange& first_answer() const { return first_answer_; }
  /// The status that a badly signed event got, or 0.
  int refusal_status() const { return refusal_status_; }

  // Making requests.
  std::string fresh_id() const { return "alohook-check-" + world_.make_uuid(); }
  /// A body with a fresh id. `more` is put in front of its members: `"n":1,`, with white space and line ends at will.
  std::string body(std::string_view more = {});
  std::string timestamp(std::int64_t offset_s = 0) const;
  Request request(std::string body, Headers signature) const;
  Headers sign(std::string_view timestamp, std::string_view body) const;
  /// Headers with this timestamp and a MAC given as raw bytes, written as the receiver reads them.
  Headers sign_with(std::string_view timestamp, std::string_view digest) const;
  Trial valid(std::string sent, std::string body, std::int64_t offset_s = 0) const;

  // Sending.
  Exchange send(const Trial& trial);
  /// Sends all at once, each over a connection of its own, the first so much before the others.
  std::vector<Exchange> send_at_once(const std::vector<Trial>& trials,
                                     std::chrono::milliseconds head_start = std::chrono::milliseconds(0));
  /// What the receiver did, by the status alone.
  Reaction status_reaction(const Exchange& exchange) const;
  /// What the receiver did, as it can be judged: by the status, or by whether it echoed the challenge.
  Reaction reaction(const Trial& trial, const Exchange& exchange) const;
  /// Sends a plain valid request and returns whether it is accepted.
  bool control();
  /// Sends an unsigned request, then a valid one; any answer says yes. Otherwise the session is over.
  bool is_alive();

  /// What a right receiver answers, for people.
  std::string acceptance_text() const;
  std::string refusal_text() const;

  /// How many events took effect so far, as the developer counts them; nullopt when nobody does.
  std::optional<std::int64_t> count_effects() const;

  const CheckSettings& settings() const { return settings_; }
  const CheckWorld& world() const { return world_; }
  const Watch& watch() const { return watch_; }
  CheckRun& run() { return run_; }

 private:
  void keep_rate();
  Exchange send_once(const Trial& trial);
  /// Takes note of an exchange and masks it: only the watch sees what it was.
  void count(const Trial& trial, Exchange& exchange, Watch::Pace pace);
  bool tell_by_challenge(Encoding encoding, bool by_echo);
  std::vector<Encoding> candidates() const;
  void end(std::string why);

  const CheckSettings& settings_;
  const CheckWorld& world_;
  CheckRun& run_;
  Watch watch_;
  Masking masking_;
  Transport transport_;
  Encoding encoding_ = Encoding::v0;
  Carrier carrier_ = Carrier::event;
  bool judges_by_echo_ = false;
  std::string gone_;
  Exchange first_answer_;
  int refusal_status_ = 0;
  bool answers_unsigned_ = true;
  int silences_ = 0;
  int all_silences_ = 0;
  int limits_hit_ = 0;
  std::optional<std::chrono::steady_clock::time_point> last_sent_;
};

}  // namespace alohook
