#pragma once
#include <span>

#include "check/probe.h"

namespace alohook {

/// What has to be true for a check to prove anything.
enum class Needs {
  nothing,
  acceptance,  ///< a plain valid request is accepted
};

/// One check: its description and its implementation.
struct Check {
  CheckInfo info;
  Needs needs = Needs::acceptance;
  void (*run)(Probe& probe);
};

std::span<const Check> challenge_checks();
std::span<const Check> transport_checks();
std::span<const Check> accept_checks();
std::span<const Check> raw_checks();
std::span<const Check> reject_checks();
std::span<const Check> reject_form_checks();
std::span<const Check> behavior_checks();
std::span<const Check> stress_checks();
std::span<const Check> answer_checks();
/// These run after everything else that sends requests.
std::span<const Check> last_checks_of_behavior();

}  // namespace alohook
