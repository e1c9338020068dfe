#include "check/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "check/reproduction.h"
#include "check/steadiness.h"

namespace alohook {
namespace {

constexpr std::size_t most_named = 4;  // maximum number of faults named in a reason

}  // namespace

Probe::Probe(CheckSession& session, BugFinder& bug_finder, const CheckInfo& info)
    : session_(session), bug_finder_(bug_finder), info_(info), requests_before_(session.requests_sent()) {}

Exchange Probe::send(const CheckRequest& trial) {
  const bool is_valid = trial.how == CheckRequest::Signed::correctly && !trial.is_wrong;
  if (!is_valid) return noted(send_again_if_it_vanished(trial));
  Exchange exchange = session_.send_valid(trial);
  if (has_vanished(exchange) && session_.is_alive()) {
    // It may have restarted just then.
    exchange = session_.send_valid(trial);
    if (session_.reaction(trial, exchange) == Reaction::accepted) session_.count_valid(1, 1);
  }
  const bool is_rejected = session_.reaction(trial, exchange) != Reaction::accepted;
  // How much is chance has to be known before a rejection says something about the request.
  if (is_rejected && session_.facts.is_accepting && !session_.facts.steadiness && exchange.response &&
      steadiness(session_).rejected > 0) {
    exchange = session_.send_valid(trial);
  }
  return noted(std::move(exchange));
}

Exchange Probe::send_to_be_rejected(const CheckRequest& trial) {
  // Of one that rejects by chance, a single rejection says nothing.
  if (session_.valid_requests().rejected > 0) {
    Exchange exchange = send(trial);
    if (session_.reaction(trial, exchange) == Reaction::accepted || is_over()) return exchange;
  }
  return noted(send_again_if_it_vanished(trial));
}

Exchange Probe::send_again_if_it_vanished(const CheckRequest& trial) {
  Exchange exchange = session_.send_invalid(trial);
  if (has_vanished(exchange) && session_.is_alive()) exchange = session_.send_invalid(trial);
  return exchange;
}

/// Takes down what an exchange means for the whole check.
Exchange Probe::noted(Exchange exchange) {
  elapsed_ += exchange.elapsed;
  // One time-out is enough for each check.
  if (!exchange.response) has_hung_ = true;
  if (session_.status_reaction(exchange) == Reaction::rate_limited) {
    inconclusive("it answers 429 (too many requests), also after a pause");
  }
  return exchange;
}

/// Returns whether the receiver is unreachable at the moment.
bool Probe::has_vanished(const Exchange& exchange) const {
  return !exchange.response && exchange.error.kind != SendError::Kind::timed_out &&
         session_.facts.is_accepting && session_.gone().empty();
}

Exchange Probe::accepts(const CheckRequest& trial) {
  if (is_over()) return {};
  Exchange exchange = send(trial);
  judge_acceptance(trial, exchange);
  return exchange;
}

bool Probe::is_attributable(const CheckRequest& trial, const Exchange& exchange) {
  const Reaction reaction = session_.reaction(trial, exchange);
  if (reaction == Reaction::accepted || reaction == Reaction::rate_limited) return false;
  if (reaction == Reaction::silent && !session_.is_alive()) {
    fail_by_death(trial, exchange);
    return false;
  }
  if (session_.control()) return true;
  inconclusive(fmt::format("{}: {}, but a plain valid request is no longer accepted either", trial.sent,
                           describe_answer(exchange)));
  return false;
}

void Probe::judge_acceptance(const CheckRequest& trial, const Exchange& exchange) {
  if (!is_attributable(trial, exchange)) return;
  std::vector<Cause> causes;
  if (exchange.response) {
    if (const auto found = not_about_the_signature(*exchange.response, trial.request))
      causes = {as_cause(*found)};
  }
  fail(trial, severity_of(trial), session_.acceptance_text(), describe_answer(exchange), std::move(causes));
}

std::vector<Cause> Probe::name_the_bug(const CheckRequest& trial, const Exchange& exchange) {
  // A rejection before the signature is checked says nothing about how the signature is verified.
  if (exchange.response) {
    if (const auto found = not_about_the_signature(*exchange.response, trial.request))
      return {as_cause(*found)};
  }
  const Reaction reaction = session_.reaction(trial, exchange);
  if (reaction != Reaction::refused && reaction != Reaction::failed) return {};
  return bug_finder_.name_the_bug(trial.request.body);
}

std::vector<Cause> Probe::name_the_change(const CheckRequest& trial, const Exchange& exchange,
                                          std::size_t cut_at) {
  if (exchange.response) {
    if (const auto found = not_about_the_signature(*exchange.response, trial.request))
      return {as_cause(*found)};
  }
  const Reaction reaction = session_.reaction(trial, exchange);
  if (reaction != Reaction::refused && reaction != Reaction::failed) return {};
  return bug_finder_.name_the_change(trial.request.body, cut_at);
}

Exchange Probe::refuses(const CheckRequest& trial) {
  if (is_over()) return {};
  Exchange exchange = send_to_be_rejected(trial);
  judge_refusal(trial, exchange);
  return exchange;
}

void Probe::judge_refusal(const CheckRequest& trial, const Exchange& exchange) {
  const std::string expected = session_.refusal_text();
  const std::string got = describe_answer(exchange);
  // A crash is a fault, but it lets nobody in, so it is never a "must".
  const Severity crash = std::max(severity_of(trial), Severity::should);
  switch (session_.reaction(trial, exchange)) {
    case Reaction::refused:
    case Reaction::other_refusal:
    case Reaction::rate_limited:
      return;
    case Reaction::accepted:
      return fail(trial, severity_of(trial), expected, got);
    case Reaction::redirected:
      return fail(trial, crash, expected, got);
    case Reaction::failed:
      if (trial.has_to_be_read) return fail(trial, crash, expected, got);
      return remark(
          fmt::format("it fails in place of rejecting: {}: {}", trial.sent, exchange.response->status));
    case Reaction::silent:
      if (session_.is_alive()) return fail(trial, crash, expected, got);
      return fail_by_death(trial, exchange);
  }
}

Exchange Probe::survives(const CheckRequest& trial) {
  if (is_over()) return {};
  Exchange exchange = session_.send_invalid(trial);
  elapsed_ += exchange.elapsed;
  if (!exchange.response) has_hung_ = true;
  judge_survival(trial, exchange);
  return exchange;
}

void Probe::judge_survival(const CheckRequest& trial, const Exchange& exchange) {
  const Reaction reaction = session_.status_reaction(exchange);
  if (reaction != Reaction::failed && reaction != Reaction::silent) return;
  const std::string got = describe_answer(exchange);
  if (reaction == Reaction::silent && !session_.is_alive()) return fail_by_death(trial, exchange);
  fail(trial, severity_of(trial), "a response of 2xx or 4xx", got);
}

void Probe::fail(const CheckRequest& trial, Severity severity, std::string expected, std::string got,
                 std::vector<Cause> causes) {
  faults_.push_back({severity, trial.sent, std::move(expected), std::move(got), std::move(causes),
                     reproduce(trial, info_.id, session_)});
}

void Probe::fail_by_death(const CheckRequest& trial, const Exchange& exchange) {
  if (!session_.has_died()) {
    return inconclusive(fmt::format("it stopped responding at {}: {}", trial.sent, session_.gone()));
  }
  explain(fmt::format("it stopped responding at {}, and didn't come back: {}", trial.sent, session_.gone()));
  fail(trial, Severity::must, "a response, and to go on responding", describe_answer(exchange));
}

void Probe::remark(std::string text) {
  constexpr std::size_t most_remarks = 3;
  if (remarks_.size() < most_remarks) remarks_.push_back(std::move(text));
}

void Probe::inconclusive(std::string reason) {
  if (doubt_.empty()) doubt_ = std::move(reason);
}

void Probe::skip(std::string reason) { skip_ = std::move(reason); }

std::string Probe::reason_of_faults(const Fault& gravest) const {
  std::string reason = fmt::format("{}: {}", gravest.sent, gravest.got);
  std::string others;
  std::size_t named = 0;
  for (const Fault& fault : faults_) {
    if (&fault == &gravest) continue;
    if (++named > most_named) continue;
    others += (named == 1 ? "" : "; ") + fault.sent;
  }
  if (named == 0) return reason;
  if (named > most_named) others += fmt::format("; and {} more", named - most_named);
  return fmt::format("{}; also: {}", reason, others);
}

CheckOutcome Probe::take() && {
  CheckOutcome outcome{.id = std::string(info_.id),
                       .group = std::string(info_.group),
                       .title = std::string(info_.title),
                       .severity = info_.severity,
                       .check_class = info_.check_class,
                       .source = std::string(info_.source)};
  outcome.why = info_.why;
  outcome.remarks = std::move(remarks_);
  outcome.requests = session_.requests_sent() - requests_before_;
  outcome.suspects_secret = suspects_secret_;
  outcome.intermittent = intermittent_;
  outcome.elapsed = elapsed_;
  outcome.result = CheckResult::pass;
  if (!faults_.empty()) {
    const auto gravest = std::ranges::min_element(faults_, {}, &Fault::severity);
    outcome.result = CheckResult::fail;
    outcome.severity = gravest->severity;
    outcome.reason = explanation_.empty() ? reason_of_faults(*gravest) : explanation_;
    outcome.sent = gravest->sent;
    outcome.expected = gravest->expected;
    outcome.got = gravest->got;
    outcome.reproduction = gravest->reproduction;
    for (Fault& fault : faults_) {
      for (Cause& cause : fault.causes) {
        const bool is_known = std::ranges::any_of(outcome.causes, [&](const Cause& known) {
          return known.id == cause.id && known.text == cause.text;
        });
        if (!is_known) outcome.causes.push_back(std::move(cause));
      }
    }
  } else if (!skip_.empty()) {
    outcome.result = CheckResult::skip;
    outcome.reason = skip_;
  } else if (!doubt_.empty()) {
    outcome.result = CheckResult::inconclusive;
    outcome.reason = doubt_;
  } else if (!session_.gone().empty()) {
    outcome.result = CheckResult::inconclusive;
    outcome.reason = session_.gone();
  }
  return outcome;
}

}  // namespace alohook
