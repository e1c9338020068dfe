#pragma once
#include <span>
#include <string>
#include <string_view>

#include "diagnosis/cause.h"
#include "diagnosis/cause_id.h"

namespace alohook {

struct Viewpoint {
  Situation situation = Situation::wire;
  std::string body_name = "the body";  ///< as in "… is a re-serialized copy of what was signed"
};

/// A cause's documented name and its sentences.
struct CauseText {
  CauseId id;
  std::string_view name;
  std::string_view sentence;
  std::string_view in_capture = {};  ///< empty: the same
};
std::span<const CauseText> cause_texts();

enum class Certainty { suspected, proven };

/// Puts a cause together: its name, its sentence as seen from `view`, this evidence, and its fixes.
Cause make_cause(CauseId id, std::string evidence, Certainty certainty, const Viewpoint& view = {});

}  // namespace alohook
