#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/constructions.h"
#include "diagnosis/forms/body_forms.h"
#include "diagnosis/forms/form.h"
#include "diagnosis/input.h"
#include "diagnosis/mac_readings.h"

namespace alohook {

/// A form of one of the configured secrets.
struct SecretForm {
  std::size_t number;  ///< which secret, counted from 1
  Form form;
};

/// Everything that a signature may have been computed from, each list in order of likelihood.
struct SearchSpace {
  std::vector<MacReading> readings;
  std::vector<SecretForm> secrets;
  std::vector<Form> timestamps;
  std::vector<BodyForm> bodies;
  std::vector<SecretForm> weak_secrets = {};  ///< tried only if nothing else deviates
  std::string_view body = {};                 ///< also tried truncated to various sizes; empty: not tried
  int most_deviations = 2;
};

/// The combination that produces the signature.
struct Hit {
  MacReading reading;
  SecretForm secret;
  std::optional<Form> timestamp;  ///< empty if the base string contains none
  Template base;
  Method method;
  BodyForm body;
  std::string signed_body;
};

struct SearchResult {
  std::optional<Hit> hit;
  std::uint64_t macs_tried = 0;
  bool stopped_early = false;
};

/// Tries all combinations with at most `most_deviations`, fewer deviations first, until one produces the signature,
/// which is proof, or a limit is reached.
SearchResult search(const SearchSpace& space, const DiagnosisLimits& limits);

}  // namespace alohook
