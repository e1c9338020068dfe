#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace alohook {

/// How to fix a cause in one language or framework.
struct Fix {
  std::string language;  ///< `Ruby`, `Node`, `Python`, `PHP`, `Go`, `Java`, `C#`; empty: applies to all
  std::string text;
};

/// Where the received body and the signed one begin to differ, with exact bytes from both.
struct BodyDifference {
  std::size_t at = 0;       ///< the first differing byte
  std::string received;     ///< from up to 40 bytes before that to 120 after it
  std::string signed_text;  ///< the same part of what was signed
  std::size_t received_bytes = 0;
  std::size_t signed_bytes = 0;
};

/// Why a signature doesn't match. `id` is stable and documented: `body-reserialised`, `secret-whitespace` …
struct Cause {
  std::string id;
  std::string text;      ///< one sentence: what happened
  std::string evidence;  ///< what proves it; untrusted bytes are made visible; no secret or expected MAC
  std::vector<Fix> fixes;
  bool proven = false;  ///< a MAC matches, or the fault is visible; false: only suspected
  std::optional<BodyDifference> difference = {};  ///< set if another form of the body was signed
};

}  // namespace alohook
