#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/bug_finder.h"
#include "check/session.h"

namespace alohook {

/// What one check has at hand: sends trials, judges what comes, and keeps what went wrong.
class Probe {
 public:
  Probe(CheckSession& session, Oracle& oracle, const CheckInfo& info);

  CheckSession& session() { return session_; }

  /// Sends, without a judgement.
  Exchange send(const Trial& trial);

  /// A right receiver accepts this. When it is refused, and a plain valid request is not, the oracle is asked why.
  Exchange accepts(const Trial& trial);
  /// A right receiver refuses this; 5xx and silence are no refusals.
  Exchange refuses(const Trial& trial);
  /// Judges what came for a trial that had to be accepted, or refused.
  void judge_refusal(const Trial& trial, const Exchange& exchange);
  void judge_acceptance(const Trial& trial, const Exchange& exchange);
  /// A right receiver accepts or refuses this, but neither fails nor hangs.
  Exchange survives(const Trial& trial);
  void judge_survival(const Trial& trial, const Exchange& exchange);

  /// Asks the oracle why a valid request was refused.
  std::vector<Cause> name_the_bug(const Trial& trial, const Exchange& exchange);

  /// Adds a fault of a trial; the gravest, and of those the first, is shown.
  void fail(const Trial& trial, Severity severity, std::string expected, std::string got,
            std::vector<Cause> causes = {});
  void remark(std::string text);
  /// Says that the check cannot be decided, unless it fails.
  void inconclusive(std::string reason);
  void skip(std::string reason);
  bool has_failed() const { return !faults_.empty(); }
  bool is_inconclusive() const { return !doubt_.empty(); }
  /// Whether nothing more should be sent.
  bool is_over() const { return !session_.gone().empty() || has_hung_; }
  /// Replaces the reason that is put together from the faults.
  void explain(std::string reason) { explanation_ = std::move(reason); }

  CheckOutcome take() &&;

 private:
  struct Fault {
    Severity severity;
    std::string sent, expected, got;
    std::vector<Cause> causes;
    Reproduction reproduction;
  };

  Severity severity_of(const Trial& trial) const { return trial.severity.value_or(info_.severity); }
  std::string reason_of_faults(const Fault& gravest) const;

  CheckSession& session_;
  Oracle& oracle_;
  CheckInfo info_;
  std::vector<Fault> faults_;
  std::vector<std::string> remarks_;
  std::string doubt_, skip_, explanation_;
  bool has_hung_ = false;
  int requests_ = 0;
  std::chrono::microseconds elapsed_{0};
};

}  // namespace alohook
