#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/cause.h"
#include "diagnosis/input.h"
#include "diagnosis/search.h"

namespace alohook {

/// Returns the causes that a hit proves, the most likely first, each with its evidence. Never contains a secret or a
/// MAC.
std::vector<Cause> explain_hit(const Hit& hit, const DiagnosisInput& input);

/// Returns the cause to report if no combination produced the signature. Lists what was ruled out.
Cause explain_nothing_found(const SearchResult& result, const DiagnosisInput& input);

/// Returns the cause to report if the MAC is correct but the timestamp is out of range.
Cause explain_age(std::string_view timestamp, std::int64_t age_s, const DiagnosisInput& input);

/// Describes where two texts begin to differ, with some context from both.
std::string first_difference(std::string_view body, std::string_view signed_body);

/// The cause for which a saved body can't be the one that was sent, so that nothing can be said about its signature.
Cause explain_lost_bytes(std::string_view body, std::string evidence, Certainty certainty,
                         const Viewpoint& view);
/// Returns whether a body holds U+FFFD, which programs write for bytes that they can't read.
bool has_replacements(std::string_view body);

/// Returns `the secret (64 bytes, sha256 ab12cd34…)`, or `secret 2 (…)` of several; `number` counts from 1.
std::string name_of_secret(const Secrets& secrets, std::size_t number);

}  // namespace alohook
