#include "check/discovery.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/random.h"

namespace alohook {
namespace {

constexpr Encoding all_encodings[] = {Encoding::v0, Encoding::hex, Encoding::base64};
// A receiver that rejects every second request by chance is missed once in thousands of runs.
constexpr int passes_near = 14, passes_far = 3;
constexpr int passes_of_outage = 7;
constexpr int enough_alike = 4;  // responses to signed requests, so that none of them is by chance
constexpr int first_tries = 2;   // for servers that start slowly
constexpr std::chrono::milliseconds slow_start{1000};

class Discovery {
 public:
  explicit Discovery(CheckSession& session) : session_(session), facts_(session.facts) {}

  void run() {
    if (!find_encoding()) return;
    if (!facts_.is_accepting) {
      session_.set_encoding(session_.settings().encoding.value_or(Encoding::v0));
      look_at_rejection();
      return;
    }
    note_slow_start();
    const CheckRequest bad = session_.badly_signed("a badly signed request", session_.body());
    const Exchange exchange = session_.send_invalid(bad);
    if (exchange.response) facts_.refusal_status = exchange.response->status;
    if (session_.status_reaction(exchange) == Reaction::accepted) look_at_acceptance(exchange);
  }

 private:
  std::vector<Encoding> candidates() const {
    if (session_.settings().encoding) return {*session_.settings().encoding};
    return {std::begin(all_encodings), std::end(all_encodings)};
  }

  /// Sends the first request. Servers may start slowly, so a request that times out is sent again.
  Exchange send_first(const CheckRequest& trial) {
    Exchange exchange = session_.send(trial);
    for (int i = 1;
         i < first_tries && !exchange.response && exchange.error.kind == SendError::Kind::timed_out; ++i) {
      if (slow_for_.count() == 0) slow_for_ = exchange.elapsed;
      exchange = session_.send(session_.valid(trial.sent, session_.body()));
    }
    if (slow_for_.count() == 0 && exchange.elapsed > slow_start) slow_for_ = exchange.elapsed;
    return exchange;
  }

  /// Returns false if the receiver is unreachable.
  bool find_encoding() {
    const auto encodings = candidates();
    const int passes = session_.settings().is_loopback ? passes_near : passes_far;
    for (int pass = 0; pass < passes; ++pass) {
      for (std::size_t i = 0; i < encodings.size(); ++i) {
        // Each pass starts with a different encoding, in case the receiver rejects every second or third request.
        const Encoding encoding = encodings[(i + static_cast<std::size_t>(pass)) % encodings.size()];
        session_.set_encoding(encoding);
        const CheckRequest trial = session_.valid("a plain valid request", session_.body());
        const bool is_first = pass == 0 && i == 0;
        const Exchange exchange = is_first ? send_first(trial) : session_.send(trial);
        if (is_first) {
          facts_.first_answer = exchange;
          facts_.first_request = trial.request;
        }
        const Reaction what = session_.status_reaction(exchange);
        if (what == Reaction::silent && !session_.is_alive()) return false;
        if (!session_.gone().empty()) return false;
        if (what == Reaction::accepted) {
          facts_.is_accepting = true;
          facts_.first_answer = exchange;
          facts_.encoding = encoding;
          const int rejected = rejected_as_[static_cast<std::size_t>(encoding)];
          session_.count_valid(rejected, rejected + 1);
          return true;
        }
        if (exchange.response) ++rejected_as_[static_cast<std::size_t>(encoding)];
        compare(trial, exchange);
        // It responds to unsigned requests, but leaves signed ones without a response.
        const bool is_slow = exchange.error.kind == SendError::Kind::timed_out || (pass > 1 && unlike_ == 0);
        if (what == Reaction::silent && is_slow) return true;
      }
      if (is_settled(pass)) break;
    }
    choose_answer();
    return true;
  }

  /// Counts the requests, and those whose response has another status than the first one.
  void compare(const CheckRequest& trial, const Exchange& exchange) {
    ++compared_;
    const auto status = [](const Exchange& one) { return one.response ? one.response->status : 0; };
    if (status(exchange) == status(facts_.first_answer)) return;
    if (++unlike_ > 1) return;
    other_answer_ = exchange;
    other_request_ = trial.request;
  }

  /// Lets another response stand for all if the first one was an exception that says nothing about the signature.
  void choose_answer() {
    const auto& response = facts_.first_answer.response;
    const bool says_nothing = !response || not_about_the_signature(*response, facts_.first_request);
    if (!says_nothing || 2 * unlike_ <= compared_) return;
    facts_.first_answer = other_answer_;
    facts_.first_request = other_request_;
  }

  /// Returns whether resending would give the same response because whatever rejected the request always rejects it.
  bool is_settled(int pass) {
    if (unlike_ > 0 || compared_ < enough_alike) return false;
    const auto& response = facts_.first_answer.response;
    if (!response) return true;
    const auto found = not_about_the_signature(*response, facts_.first_request);
    if (!found || found->id == "validation") return false;
    const bool may_pass = found->id == "gateway" || found->id == "maintenance";
    return !may_pass || pass + 1 >= passes_of_outage;
  }

  void look_at_rejection() {
    const auto& response = facts_.first_answer.response;
    if (!response) return;
    auto found = not_about_the_signature(*response, facts_.first_request);
    if (found && found->id != "validation") {
      facts_.not_signature = std::move(found);
      return;
    }
    for (const Encoding encoding : candidates()) {
      if (!tells_by_challenge(encoding, false)) continue;
      facts_.encoding = encoding;
      facts_.is_accepting = true;
      facts_.notes.push_back(
          "It rejects events of the unknown type alohook.check, so it is checked with challenges. To check "
          "it with an "
          "event that it knows, use --event.");
      return;
    }
    facts_.not_signature = std::move(found);
  }

  void look_at_acceptance(const Exchange& of_bad) {
    for (const Encoding encoding : candidates()) {
      if (!tells_by_challenge(encoding, true)) continue;
      facts_.encoding = encoding;
      facts_.notes.push_back(
          "It always responds with 2xx, so its statuses say nothing. A request counts as accepted when its "
          "challenge "
          "comes back.");
      return;
    }
    session_.set_encoding(*facts_.encoding);
    facts_.not_signature = not_about_the_signature(*of_bad.response, facts_.first_request);
    if (facts_.not_signature) {
      // A page that responds to every request doesn't accept events.
      facts_.is_accepting = false;
      return;
    }
    facts_.notes.push_back(
        "It responds with 2xx even to badly signed requests: either it verifies nothing, or it hides its "
        "rejections. "
        "Respond with 401 or 403 to rejected requests.");
  }

  /// Returns whether the receiver distinguishes a valid challenge from a badly signed one, by its status or by the
  /// echo.
  bool tells_by_challenge(Encoding encoding, bool by_echo) {
    session_.set_encoding(encoding);
    facts_.carrier = Carrier::challenge;
    facts_.is_judged_by_echo = by_echo;
    const CheckRequest good = session_.valid("a valid challenge", session_.body());
    if (session_.reaction(good, session_.send(good)) == Reaction::accepted) {
      const CheckRequest bad = session_.badly_signed("a badly signed challenge", session_.body());
      if (session_.reaction(bad, session_.send(bad)) == Reaction::refused) return true;
    }
    facts_.carrier = Carrier::event;
    facts_.is_judged_by_echo = false;
    session_.set_encoding(session_.settings().encoding.value_or(Encoding::v0));
    return false;
  }

  void note_slow_start() {
    if (slow_for_.count() == 0) return;
    const CheckRequest trial = session_.valid("a plain valid request", session_.body());
    const Exchange exchange = session_.send(trial);
    if (!exchange.response || exchange.elapsed * 4 > slow_for_) return;
    facts_.notes.push_back(fmt::format("It starts slowly: the first request took over {}, the next {}.",
                                       human_duration(slow_for_), human_duration(exchange.elapsed)));
  }

  CheckSession& session_;
  ReceiverFacts& facts_;
  std::array<int, 3> rejected_as_{};  // by encoding
  int compared_ = 0;                  // signed requests that were not accepted
  int unlike_ = 0;                    // of them, those with another status than the first
  Exchange other_answer_;             // the first of these
  Request other_request_;
  std::chrono::microseconds slow_for_{0};
};

}  // namespace

void discover(CheckSession& session) { Discovery(session).run(); }

}  // namespace alohook
