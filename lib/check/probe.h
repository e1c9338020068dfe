#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/bug_finder.h"
#include "check/session.h"

namespace alohook {

/// What a check works with: sends requests, evaluates the responses, and collects faults.
class Probe {
 public:
  Probe(CheckSession& session, BugFinder& bug_finder, const CheckInfo& info);

  CheckSession& session() { return session_; }
  BugFinder& bug_finder() { return bug_finder_; }
  std::string_view id() const { return info_.id; }

  /// Sends a request without evaluating the response. Resends a valid request that is rejected, and an invalid one that
  /// crashes the receiver, until chance is ruled out.
  Exchange send(const CheckRequest& trial);
  /// Sends a request that a correct receiver rejects, even if it is signed correctly: again only when it crashes the
  /// receiver, or when valid requests are rejected by chance.
  Exchange send_to_be_rejected(const CheckRequest& trial);

  /// A correct receiver accepts this request. The check fails if it is rejected while a plain valid request is
  /// accepted.
  Exchange accepts(const CheckRequest& trial);
  /// A correct receiver rejects this request; a 5xx or no response doesn't count as a rejection.
  Exchange refuses(const CheckRequest& trial);
  void judge_refusal(const CheckRequest& trial, const Exchange& exchange);
  void judge_acceptance(const CheckRequest& trial, const Exchange& exchange);
  /// A correct receiver may accept or reject this request, but it neither fails nor hangs.
  Exchange survives(const CheckRequest& trial);
  void judge_survival(const CheckRequest& trial, const Exchange& exchange);

  /// Returns whether a rejection is due to this request, that is, whether a plain valid request is still accepted. If
  /// not, the check becomes inconclusive, or fails because the receiver has died.
  bool is_attributable(const CheckRequest& trial, const Exchange& exchange);
  /// Looks for the bug that makes the receiver reject every valid request.
  std::vector<Cause> name_the_bug(const CheckRequest& trial, const Exchange& exchange);
  /// Looks for what changes this body, when other bodies are accepted.
  std::vector<Cause> name_the_change(const CheckRequest& trial, const Exchange& exchange,
                                     std::size_t cut_at = 0);

  /// Adds a fault. The report shows the first of the most severe faults.
  void fail(const CheckRequest& trial, Severity severity, std::string expected, std::string got,
            std::vector<Cause> causes = {});
  /// Reports that the receiver stopped responding at this request and didn't recover.
  void fail_by_death(const CheckRequest& trial, const Exchange& exchange);
  void remark(std::string text);
  /// Makes the check inconclusive, unless it fails.
  void inconclusive(std::string reason);
  void skip(std::string reason);
  bool has_failed() const { return !faults_.empty(); }
  bool is_inconclusive() const { return !doubt_.empty(); }
  /// Returns whether no more requests should be sent.
  bool is_over() const { return !session_.gone().empty() || has_hung_; }
  /// Replaces the reason that is otherwise composed from the faults.
  void explain(std::string reason) { explanation_ = std::move(reason); }
  /// Says that another secret may be why valid requests are rejected.
  void suspect_secret() { suspects_secret_ = true; }
  void set_intermittent(Intermittent intermittent) { intermittent_ = intermittent; }
  Severity severity_of(const CheckRequest& trial) const { return trial.severity.value_or(info_.severity); }

  CheckOutcome take() &&;

 private:
  struct Fault {
    Severity severity;
    std::string sent, expected, got;
    std::vector<Cause> causes;
    Reproduction reproduction;
  };

  bool has_vanished(const Exchange& exchange) const;
  Exchange send_again_if_it_vanished(const CheckRequest& trial);
  Exchange noted(Exchange exchange);
  std::string reason_of_faults(const Fault& gravest) const;

  CheckSession& session_;
  BugFinder& bug_finder_;
  CheckInfo info_;
  std::vector<Fault> faults_;
  std::vector<std::string> remarks_;
  std::string doubt_, skip_, explanation_;
  std::optional<Intermittent> intermittent_;
  bool suspects_secret_ = false;
  bool has_hung_ = false;
  int requests_before_;
  std::chrono::microseconds elapsed_{0};
};

}  // namespace alohook
