#pragma once
#include <string>
#include <vector>

namespace alohook {

/// How to fix a cause in one language or framework.
struct Fix {
  std::string
      language;  ///< `Ruby`, `Node`, `Python`, `PHP`, `Go`, `Java`, `C#`, or empty for advice that holds for all
  std::string text;
};

/// Why a signature does not match. `id` is stable and documented: `body-reserialised`, `secret-whitespace` …
struct Cause {
  std::string id;
  std::string text;      ///< one sentence, what happened
  std::string evidence;  ///< what proves it; bytes made visible, never a secret, never an expected MAC
  std::vector<Fix> fixes;
  bool proven = false;  ///< a MAC fits, or the fault is there to see; false for a suspicion
};

}  // namespace alohook
