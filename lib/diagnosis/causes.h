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

/// A cause's documented name and its sentences. `{signs}` stands for the signer, `{body}` for the body's name.
struct CauseText {
  CauseId id;
  std::string_view name;
  std::string_view sentence;
  std::string_view in_capture = {};  ///< for captures; empty: the same sentence
};
std::span<const CauseText> cause_texts();

/// Returns the cause's sentence from the point of view `view`.
std::string sentence_of(const CauseText& text, const Viewpoint& view);

enum class Certainty { suspected, proven };

/// Builds a cause from its name, its sentence from the point of view `view`, this evidence, and its fixes.
Cause make_cause(CauseId id, std::string evidence, Certainty certainty, const Viewpoint& view = {});

}  // namespace alohook
