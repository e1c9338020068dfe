#pragma once
#include <string>
#include <vector>

#include "diagnosis/causes.h"

namespace alohook {

/// One form of a secret or a timestamp: the bytes that may have been used, and what that would mean.
struct Form {
  std::string bytes;
  CauseId cause = CauseId::none;  ///< none: just as it stands
  CauseId also = CauseId::none;   ///< a second cause, when two things have to have happened
  std::string note = {};          ///< evidence, as the end of a sentence that starts with the thing
  bool rare = false;              ///< tried after the likelier ones
  bool alone = false;             ///< tried only where nothing else deviates

  int deviations() const { return (cause != CauseId::none) + (also != CauseId::none); }
};

/// Forms in order of likelihood, without two of the same bytes.
class Forms {
 public:
  /// Adds a form unless one with these bytes is there already.
  void add(Form form);
  const std::vector<Form>& list() const { return list_; }

 private:
  std::vector<Form> list_;
};

}  // namespace alohook
