#include "check/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "check/reproduction.h"

namespace alohook {
namespace {

constexpr std::size_t most_named = 4;  // faults named in a reason

std::string hint_for(const Exchange& exchange) {
  if (!exchange.response) return {};
  switch (exchange.response->status) {
    case 404:
      return "is the path right?";
    case 405:
      return "is POST allowed at this path?";
    case 413:
      return "the body is too large for it";
    case 415:
      return "it does not take this Content-Type";
    default:
      return {};
  }
}

}  // namespace

Probe::Probe(CheckSession& session, Oracle& oracle, const CheckInfo& info)
    : session_(session), oracle_(oracle), info_(info) {}

Exchange Probe::send(const Trial& trial) {
  Exchange exchange = session_.send(trial);
  ++requests_;
  elapsed_ += exchange.elapsed;
  // One time-out is enough for a check.
  if (!exchange.response) has_hung_ = true;
  if (session_.status_reaction(exchange) == Reaction::rate_limited) {
    inconclusive("it answers 429 (too many requests), also after a pause");
  }
  return exchange;
}

Exchange Probe::accepts(const Trial& trial) {
  if (is_over()) return {};
  Exchange exchange = send(trial);
  judge_acceptance(trial, exchange);
  return exchange;
}

void Probe::judge_acceptance(const Trial& trial, const Exchange& exchange) {
  const Reaction reaction = session_.reaction(trial, exchange);
  if (reaction == Reaction::accepted || reaction == Reaction::rate_limited) return;
  const std::string got = describe_answer(exchange);
  if (reaction == Reaction::silent && !session_.is_alive()) {
    return inconclusive(fmt::format("it stopped answering at {}: {}", trial.sent, session_.gone()));
  }
  if (!session_.control()) {
    return inconclusive(
        fmt::format("{}: {}, but a plain valid request is not accepted any more either", trial.sent, got));
  }
  std::vector<Cause> causes;
  // Only the body is unusual there; elsewhere it is the way in which it came.
  if (info_.group == "raw") causes = name_the_bug(trial, exchange);
  const std::string hint = hint_for(exchange);
  fail(trial, severity_of(trial), session_.acceptance_text(),
       hint.empty() ? got : fmt::format("{} ({})", got, hint), std::move(causes));
}

std::vector<Cause> Probe::name_the_bug(const Trial& trial, const Exchange& exchange) {
  // What is refused before the signature is looked at says nothing about how it is checked.
  const Reaction reaction = session_.reaction(trial, exchange);
  if (reaction != Reaction::refused && reaction != Reaction::failed) return {};
  return oracle_.name_the_bug(trial.request.body);
}

Exchange Probe::refuses(const Trial& trial) {
  if (is_over()) return {};
  Exchange exchange = send(trial);
  judge_refusal(trial, exchange);
  return exchange;
}

void Probe::judge_refusal(const Trial& trial, const Exchange& exchange) {
  const std::string expected = session_.refusal_text();
  const std::string got = describe_answer(exchange);
  // A crash is worse than a refusal, but what is wrong with it is not that it lets somebody in.
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
          fmt::format("it does not refuse, but fails: {}: {}", trial.sent, exchange.response->status));
    case Reaction::silent:
      if (session_.is_alive()) return fail(trial, crash, expected, got);
      return inconclusive(fmt::format("it stopped answering at {}: {}", trial.sent, session_.gone()));
  }
}

Exchange Probe::survives(const Trial& trial) {
  if (is_over()) return {};
  Exchange exchange = send(trial);
  judge_survival(trial, exchange);
  return exchange;
}

void Probe::judge_survival(const Trial& trial, const Exchange& exchange) {
  const Reaction reaction = session_.status_reaction(exchange);
  if (reaction != Reaction::failed && reaction != Reaction::silent) return;
  const std::string got = describe_answer(exchange);
  if (reaction == Reaction::silent && !session_.is_alive()) {
    return inconclusive(fmt::format("it stopped answering at {}: {}", trial.sent, session_.gone()));
  }
  fail(trial, severity_of(trial), "an answer of 2xx or 4xx", got);
}

void Probe::fail(const Trial& trial, Severity severity, std::string expected, std::string got,
                 std::vector<Cause> causes) {
  faults_.push_back({severity, trial.sent, std::move(expected), std::move(got), std::move(causes),
                     reproduce(trial, info_.id, session_)});
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
  outcome.requests = requests_;
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
        if (std::ranges::find(outcome.causes, cause.id, &Cause::id) == outcome.causes.end())
          outcome.causes.push_back(std::move(cause));
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
