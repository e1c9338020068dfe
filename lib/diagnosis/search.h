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

/// Everything that a signature may have been made of, each list in order of likelihood.
struct SearchSpace {
  std::vector<MacReading> readings;
  std::vector<SecretForm> secrets;
  std::vector<Form> timestamps;
  std::vector<BodyForm> bodies;
  std::vector<SecretForm> weak_secrets = {};  ///< tried only where nothing else deviates
  std::string_view body = {};                 ///< also tried cut at every size; empty: not tried
  int most_deviations = 2;
};

/// The combination that gives the signature.
struct Hit {
  MacReading reading;
  SecretForm secret;
  std::optional<Form> timestamp;  ///< empty when the base string holds none
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

/// Tries all combinations with at most the allowed deviations, fewer deviations first, and stops at the first that
/// gives the signature: that one is proof.
SearchResult search(const SearchSpace& space, const DiagnosisLimits& limits);

}  // namespace alohook
