#include "check/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "base/spelling.h"
#include "base/text.h"
#include "check/checks/table.h"
#include "check/discovery.h"
#include "check/early_stop.h"
#include "check/reproduction.h"
#include "receiver/receiver.h"

namespace alohook {
namespace {

using std::chrono::steady_clock;

std::vector<Check> table() {
  std::vector<Check> all;
  for (const auto part : {accept_checks(), challenge_checks(), transport_checks(), raw_checks(),
                          reject_checks(), reject_form_checks(), behavior_checks(), stress_checks(),
                          last_checks_of_behavior(), answer_checks()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

bool is_chosen(const CheckInfo& info, const CheckChoice& choice) {
  return choice.only.empty() || std::ranges::any_of(choice.only, [&](const std::string& pattern) {
           return matches_pattern(pattern, info.id);
         });
}

std::vector<Check> chosen(const CheckChoice& choice) {
  const std::vector<Check> all = table();
  const auto fits_any = [&](std::string_view pattern) {
    return std::ranges::any_of(all,
                               [&](const Check& check) { return matches_pattern(pattern, check.info.id); });
  };
  std::vector<std::string_view> ids;
  for (const Check& check : all) ids.push_back(check.info.id);
  const auto reject = [&](const std::string& message, std::string_view name) {
    const std::string_view near = nearest(name, ids);
    throw Error(message, near.empty() ? "see alohook check --list" : fmt::format("did you mean '{}'?", near));
  };
  for (const std::string& pattern : choice.only) {
    if (!fits_any(pattern)) reject(fmt::format("no check matches '{}'", pattern), pattern);
  }
  for (const CheckSkip& skip : choice.skips) {
    if (std::ranges::find(ids, skip.id) == ids.end()) {
      reject(fmt::format("there is no check '{}'", skip.id), skip.id);
    }
  }
  std::vector<Check> checks;
  for (const Check& check : all) {
    if (is_chosen(check.info, choice)) checks.push_back(check);
  }
  const bool is_all_skipped = std::ranges::all_of(checks, [&](const Check& check) {
    return std::ranges::any_of(choice.skips, [&](const CheckSkip& skip) { return skip.id == check.info.id; });
  });
  if (is_all_skipped) throw Error("no check is left to run", "see alohook check --list");
  return checks;
}

/// Returns why a check isn't run at all; empty if it is run.
std::string reason_to_skip(const CheckInfo& info, const CheckSettings& settings) {
  for (const CheckSkip& skip : settings.choice.skips) {
    if (skip.id == info.id) return skip.reason;
  }
  if (info.check_class == CheckClass::s3 && !settings.with_stress) return "needs --stress";
  return {};
}

constexpr std::string_view root_check = "accept-valid";
constexpr std::string_view rejection_root = "reject-wrong-secret";

class Run {
 public:
  Run(const CheckSettings& settings, const CheckWorld& world, const RequestPlan& plan)
      : settings_(settings), world_(world), session_(settings, world), bug_finder_(session_) {
    run_.url = settings.url;
    run_.secret = settings.secret_text;
    run_.command = check_command(settings);
    run_.started_at = world.now();
    session_.set_plan(plan.requests, plan.most);
  }

  CheckRun take(const std::vector<Check>& checks) {
    const auto began = steady_clock::now();
    has_rejection_root_ =
        std::ranges::any_of(checks, [](const Check& check) { return check.info.id == rejection_root; });
    discover(session_);
    run_.stop = early_stop(session_);
    for (const Check& check : checks) {
      if (world_.on_begin) world_.on_begin(check.info.id);
      session_.set_running(check.info.id);
      CheckOutcome outcome = run(check);
      relate(outcome);
      if (world_.on_outcome) world_.on_outcome(outcome);
      run_.outcomes.push_back(std::move(outcome));
    }
    finish();
    run_.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
    return std::move(run_);
  }

 private:
  CheckOutcome run(const Check& check) {
    Probe probe(session_, bug_finder_, check.info);
    if (std::string reason = reason_to_skip(check.info, settings_); !reason.empty()) {
      probe.skip(std::move(reason));
      return std::move(probe).take();
    }
    const bool is_about_death = session_.has_died() && check.info.id == "still-alive";
    if (const std::string doubt = is_about_death ? "" : doubt_about(check); !doubt.empty()) {
      probe.inconclusive(doubt);
    } else {
      check.run(probe);
    }
    return std::move(probe).take();
  }

  /// Returns why a check would prove nothing; empty if it can be run.
  std::string doubt_about(const Check& check) {
    const bool is_passive = check.info.group == "answers";
    if (!session_.gone().empty() && !is_passive) return session_.gone();
    if (run_.stop && !is_passive && check.info.id != root_check) {
      return fmt::format("not checked: a valid request gets {}", run_.stop->got);
    }
    const ReceiverFacts& facts = session_.facts;
    const bool is_about_receiver =
        !is_passive && check.info.group != "transport" && check.info.id != root_check;
    if (!facts.is_accepting && facts.not_signature && is_about_receiver) return facts.not_signature->text;
    if (check.needs == Needs::nothing) return {};
    if (check.info.group != group_) {
      group_ = check.info.group;
      is_accepting_ = facts.is_accepting && session_.control();
    }
    if (!session_.gone().empty()) return session_.gone();
    return is_accepting_ ? "" : "a plain valid request isn't accepted, so this would prove nothing";
  }

  /// Links an outcome to the earlier failure that explains it.
  void relate(CheckOutcome& outcome) {
    if (session_.has_died()) {
      const bool suffers = outcome.result == CheckResult::fail || outcome.result == CheckResult::inconclusive;
      if (!killed_by_.empty() && suffers) outcome.consequence_of = killed_by_;
      if (killed_by_.empty()) killed_by_ = outcome.id;
    }
    if (outcome.result == CheckResult::inconclusive && !session_.facts.is_accepting) {
      const bool has_root = std::ranges::any_of(run_.outcomes, [](const CheckOutcome& other) {
        return other.id == root_check && other.result == CheckResult::fail;
      });
      if (has_root && outcome.consequence_of.empty()) outcome.consequence_of = root_check;
    }
    if (outcome.result != CheckResult::fail || !outcome.consequence_of.empty()) return;
    const bool is_known_as_chance =
        outcome.intermittent && std::ranges::any_of(run_.outcomes, [](const CheckOutcome& other) {
          return other.id == root_check && other.intermittent;
        });
    if (is_known_as_chance) {
      outcome.consequence_of = root_check;
      return;
    }
    // What verifies nothing fails every check of a rejection.
    const bool is_rejection =
        outcome.group == "reject" || outcome.group == "challenge" || outcome.id == "forged-known-id";
    if (accepts_badly_signed() && is_rejection && has_rejection_root_ && outcome.id != rejection_root) {
      outcome.consequence_of = rejection_root;
      return;
    }
    for (const CheckOutcome& earlier : run_.outcomes) {
      if (earlier.result != CheckResult::fail || !earlier.consequence_of.empty()) continue;
      const bool has_same_cause = !outcome.causes.empty() && !earlier.causes.empty() &&
                                  outcome.causes.front().id == earlier.causes.front().id &&
                                  outcome.causes.front().text == earlier.causes.front().text;
      if (!has_same_cause) continue;
      outcome.consequence_of = earlier.id;
      return;
    }
  }

  bool accepts_badly_signed() const {
    const int status = session_.facts.refusal_status;
    return !session_.facts.is_judged_by_echo && status >= 200 && status < 300;
  }

  /// Collects the facts about the receiver as a whole.
  void finish() {
    ReceiverFacts& facts = session_.facts;
    run_.encoding = facts.encoding;
    run_.is_encoding_given = settings_.encoding.has_value();
    run_.notes = facts.notes;
    run_.not_signature = facts.not_signature;
    run_.requests_sent = session_.requests_sent();
    run_.signed_events_sent = session_.signed_events_sent();
    run_.valid_requests = session_.valid_requests();
    run_.is_reachable = session_.is_reachable();
    if (session_.dropped() > 0) {
      run_.notes.push_back(
          fmt::format("It dropped {} of {} connections without a response; each request was accepted or "
                      "rejected on a fresh one.",
                      session_.dropped(), session_.requests_sent()));
    }
    if (session_.gone().empty()) return;
    run_.is_reachable = false;
    run_.obstacle = session_.gone();
  }

  const CheckSettings& settings_;
  const CheckWorld& world_;
  CheckRun run_;
  CheckSession session_;
  BugFinder bug_finder_;
  std::string killed_by_;
  std::string_view group_;
  bool is_accepting_ = false;
  bool has_rejection_root_ = false;
};

/// Runs the checks against a correct receiver in memory. It accepts only POST and trims header values, as every HTTP
/// server does.
CheckRun rehearse(const CheckSettings& settings, Time now) {
  const auto answer = [&settings, now](Request request) {
    Exchange exchange;
    exchange.response = Response{.status = 405};
    if (request.method != "POST") return exchange;
    for (Header& header : request.headers) header.value = std::string(trimmed(header.value, blanks));
    exchange.response =
        receive(request, {.secrets = {settings.secret}, .verification = {}, .path = {}}, now).response;
    return exchange;
  };
  int id = 0;
  const CheckWorld world{.connect = [&] { return Transport(answer); },
                         .wire = [&](const Request& request, WireForm) { return answer(request); },
                         .now = [now] { return now; },
                         .sleep = [](std::chrono::milliseconds) {},
                         .make_uuid = [&id] { return std::to_string(++id); }};
  return Run(settings, world, {.most = std::numeric_limits<int>::max()}).take(chosen(settings.choice));
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    return matches_pattern(pattern.substr(1), name) ||
           (!name.empty() && matches_pattern(pattern, name.substr(1)));
  }
  const bool fits = !name.empty() && (pattern.front() == '?' || pattern.front() == name.front());
  return fits && matches_pattern(pattern.substr(1), name.substr(1));
}

std::vector<CheckInfo> all_checks() {
  std::vector<CheckInfo> infos;
  for (const Check& check : table()) infos.push_back(check.info);
  return infos;
}

std::vector<CheckInfo> chosen_checks(const CheckChoice& choice) {
  std::vector<CheckInfo> infos;
  for (const Check& check : chosen(choice)) infos.push_back(check.info);
  return infos;
}

CheckRun run_checks(const CheckSettings& settings, const CheckWorld& world) {
  return Run(settings, world, plan_requests(settings, world.now())).take(chosen(settings.choice));
}

RequestPlan plan_requests(const CheckSettings& settings, Time now) {
  // Leaves room for the search for causes and for resending rejected requests.
  constexpr int confirmations_near = 1500, confirmations_far = 200;
  const CheckRun run = rehearse(settings, now);
  const int most = run.requests_sent + BugFinder::most_requests(settings.is_loopback) +
                   (settings.is_loopback ? confirmations_near : confirmations_far);
  return {run.requests_sent, run.signed_events_sent, most};
}

}  // namespace alohook
