#include "check/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "base/spelling.h"
#include "check/early_stop.h"
#include "check/reproduction.h"
#include "check/table.h"
#include "receiver/receiver.h"

namespace alohook {
namespace {

using std::chrono::steady_clock;

std::vector<Check> table() {
  std::vector<Check> all;
  for (const auto part : {accept_checks(), challenge_checks(), transport_checks(), raw_checks(),
                          reject_checks(), reject_form_checks(), behaviour_checks(), stress_checks(),
                          last_checks_of_behaviour(), answer_checks()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

bool is_chosen(const CheckInfo& info, const CheckSettings& settings) {
  return settings.only.empty() || std::ranges::any_of(settings.only, [&](const std::string& pattern) {
           return matches_pattern(pattern, info.id);
         });
}

std::vector<Check> chosen(const CheckSettings& settings) {
  const std::vector<Check> all = table();
  const auto fits_any = [&](std::string_view pattern) {
    return std::ranges::any_of(all,
                               [&](const Check& check) { return matches_pattern(pattern, check.info.id); });
  };
  std::vector<std::string_view> ids;
  for (const Check& check : all) ids.push_back(check.info.id);
  const auto refuse = [&](const std::string& what, std::string_view name) {
    const std::string_view near = nearest(name, ids);
    throw Error(fmt::format("{} '{}' fits no check", what, name),
                near.empty() ? "see alohook check --list" : fmt::format("did you mean '{}'?", near));
  };
  for (const std::string& pattern : settings.only) {
    if (!fits_any(pattern)) refuse("the pattern", pattern);
  }
  for (const CheckSkip& skip : settings.skips) {
    if (std::ranges::find(ids, skip.id) == ids.end()) refuse("the id", skip.id);
  }
  std::vector<Check> checks;
  for (const Check& check : all) {
    if (is_chosen(check.info, settings)) checks.push_back(check);
  }
  const bool is_all_skipped = std::ranges::all_of(checks, [&](const Check& check) {
    return std::ranges::any_of(settings.skips,
                               [&](const CheckSkip& skip) { return skip.id == check.info.id; });
  });
  if (is_all_skipped) throw Error("no check is left to run", "see alohook check --list");
  return checks;
}

/// Why a check isn't run at all; empty when it is.
std::string reason_to_skip(const CheckInfo& info, const CheckSettings& settings) {
  for (const CheckSkip& skip : settings.skips) {
    if (skip.id == info.id) return skip.reason;
  }
  if (info.check_class == CheckClass::s3 && !settings.with_stress) return "needs --stress";
  return {};
}

class Run {
 public:
  Run(const CheckSettings& settings, const CheckWorld& world)
      : settings_(settings), world_(world), session_(settings, world, run_), oracle_(session_) {
    run_.url = settings.url;
    run_.secret = settings.secret_text;
    run_.command = check_command(settings);
    run_.started_at = world.now();
  }

  CheckRun take(const std::vector<Check>& checks) {
    const auto began = steady_clock::now();
    session_.discover();
    run_.stop = early_stop(session_);
    for (const Check& check : checks) {
      if (world_.on_begin) world_.on_begin(check.info.id);
      CheckOutcome outcome = run(check);
      if (world_.on_outcome) world_.on_outcome(outcome);
      run_.outcomes.push_back(std::move(outcome));
    }
    run_.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
    if (!session_.gone().empty()) {
      run_.is_reachable = false;
      run_.obstacle = session_.gone();
    }
    return std::move(run_);
  }

 private:
  CheckOutcome run(const Check& check) {
    Probe probe(session_, oracle_, check.info);
    if (std::string reason = reason_to_skip(check.info, settings_); !reason.empty()) {
      probe.skip(std::move(reason));
    } else if (const std::string doubt = doubt_about(check); !doubt.empty()) {
      probe.inconclusive(doubt);
    } else {
      check.run(probe);
    }
    return std::move(probe).take();
  }

  /// Why a check would say nothing; empty when it can be run.
  std::string doubt_about(const Check& check) {
    const bool is_passive = check.info.group == "answers";
    if (!session_.gone().empty() && !is_passive) return session_.gone();
    if (run_.stop && !is_passive && check.info.id != "accept-valid") {
      return fmt::format("not checked: a valid request gets {}", run_.stop->got);
    }
    if (check.needs == Needs::nothing) return {};
    if (check.info.group != group_) {
      group_ = check.info.group;
      is_accepting_ = session_.control();
    }
    if (!session_.gone().empty()) return session_.gone();
    return is_accepting_ ? "" : "a plain valid request is not accepted, so this would prove nothing";
  }

  const CheckSettings& settings_;
  const CheckWorld& world_;
  CheckRun run_;
  CheckSession session_;
  Oracle oracle_;
  std::string_view group_;
  bool is_accepting_ = false;
};

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

std::vector<CheckInfo> chosen_checks(const CheckSettings& settings) {
  std::vector<CheckInfo> infos;
  for (const Check& check : chosen(settings)) infos.push_back(check.info);
  return infos;
}

CheckRun run_checks(const CheckSettings& settings, const CheckWorld& world) {
  return Run(settings, world).take(chosen(settings));
}

int count_signed_events(const CheckSettings& settings, Time now) {
  const auto answer = [&settings, now](const Request& request) {
    Exchange exchange;
    exchange.response =
        receive(request, {.secrets = {settings.secret}, .verification = {}, .path = {}}, now).response;
    return exchange;
  };
  CheckSettings quiet = settings;
  quiet.is_loopback = true;  // nothing is sent anywhere
  int id = 0;
  const CheckWorld world{.connect = [&] { return Transport(answer); },
                         .wire = [&](const Request& request, WireForm) { return answer(request); },
                         .now = [now] { return now; },
                         .sleep = [](std::chrono::milliseconds) {},
                         .make_uuid = [&id] { return std::to_string(++id); }};
  return run_checks(quiet, world).signed_events_sent;
}

}  // namespace alohook
