#pragma once
#include <string>
#include <string_view>

#include "diagnosis/diagnosis.h"
#include "output/console.h"

namespace alohook {

/// Shows a verification in one line: `✓ signature valid  v0, 3 s old`.
std::string show_verification(const Verification& verification, const Palette& paint);

/// Shows just the verdict: `✗ signature stale`.
std::string show_verdict(const Verification& verification, const Palette& paint);

/// Shows how a request was signed: `v0, secret 2, 3 s old`; empty when nothing could be read.
std::string show_signing(const Verification& verification);

/// Shows the causes at length: each with its evidence and the fixes. With a language (`Node`), only that one's fixes;
/// without, one line for each language.
std::string show_causes(const Diagnosis& diagnosis, const Palette& paint, std::string_view language = {});

/// Shows the first cause in two or three lines, for use below an event.
std::string show_causes_briefly(const std::vector<Cause>& causes, std::string_view margin,
                                const Palette& paint);

/// The verification with its causes as one line of JSON, `schema` first.
std::string diagnosis_json(const Diagnosis& diagnosis);

}  // namespace alohook
