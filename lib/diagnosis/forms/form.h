#pragma once
#include <string>
#include <vector>

#include "diagnosis/causes.h"

namespace alohook {

/// One form of a secret or a timestamp: the bytes that may have been used, and the cause that this would mean.
struct Form {
  std::string bytes;
  CauseId cause = CauseId::none;  ///< none: unchanged
  CauseId also = CauseId::none;   ///< a second cause, if two things must have happened
  std::string note = {};          ///< evidence, as the end of a sentence that starts with "the secret"
  bool rare = false;              ///< tried after the more likely ones
  bool alone = false;             ///< tried only if nothing else deviates

  int deviations() const { return (cause != CauseId::none) + (also != CauseId::none); }
};

/// Forms in order of likelihood, without duplicate bytes.
class Forms {
 public:
  /// Adds a form unless there already is one with the same bytes.
  void add(Form form);
  const std::vector<Form>& list() const { return list_; }

 private:
  std::vector<Form> list_;
};

}  // namespace alohook
