#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace alohook {

/// How to fix a cause in one language or framework.
struct Fix {
  std::string
      language;  ///< `Ruby`, `Node`, `Python`, `PHP`, `Go`, `Java`, `C#`, or empty for advice that holds for all
  std::string text;
};

/// Where the received body and the one that was signed begin to differ, with exact bytes from both.
struct BodyDifference {
  std::size_t at = 0;       ///< the first differing byte
  std::string received;     ///< from up to 40 bytes before it to 120 after it
  std::string signed_text;  ///< the same of what was signed
  std::size_t received_bytes = 0;
  std::size_t signed_bytes = 0;
};

/// Why a signature does not match. `id` is stable and documented: `body-reserialised`, `secret-whitespace` …
struct Cause {
  std::string id;
  std::string text;      ///< one sentence, what happened
  std::string evidence;  ///< what proves it; bytes made visible, never a secret, never an expected MAC
  std::vector<Fix> fixes;
  bool proven = false;  ///< a MAC fits, or the fault is there to see; false for a suspicion
  std::optional<BodyDifference> difference = {};  ///< when another form of the body was signed
};

}  // namespace alohook
