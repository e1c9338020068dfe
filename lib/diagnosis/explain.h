#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/cause.h"
#include "diagnosis/input.h"
#include "diagnosis/search.h"

namespace alohook {

/// The causes that a hit proves, the likeliest first, each with its evidence. Never shows a secret or a MAC.
std::vector<Cause> explain_hit(const Hit& hit, const DiagnosisInput& input);

/// The cause when nothing that was tried gives the signature: says what was ruled out.
Cause explain_nothing_found(const SearchResult& result, const DiagnosisInput& input);

/// The cause when the MAC is right and only its age is not.
Cause explain_age(std::string_view timestamp, std::int64_t age_s, const DiagnosisInput& input);

/// Says where two texts begin to differ, with some context of both.
std::string first_difference(std::string_view body, std::string_view signed_body);

}  // namespace alohook
