#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/causes.h"
#include "diagnosis/json/json_changes.h"
#include "diagnosis/json/json_tree.h"
#include "json/json_text.h"

namespace alohook {

/// One form of the body that may have been signed. It is built only when it is tried, because bodies can be large.
struct BodyForm {
  CauseId cause = CauseId::none;
  CauseId also = CauseId::none;                      ///< a second cause, if two things must have happened
  std::string note = {};                             ///< evidence: what was signed
  std::function<std::optional<std::string>()> make;  ///< nullopt if this body has no such form

  bool rare = false;   ///< tried after the more likely ones
  bool alone = false;  ///< tried only if nothing else deviates

  int deviations() const { return (cause != CauseId::none) + (also != CauseId::none); }
};

/// The body, parsed as far as possible, and shared by all forms. The body must outlive it.
class BodySource {
 public:
  explicit BodySource(std::string_view body);

  std::string_view text() const { return text_; }
  bool has_non_ascii() const { return has_non_ascii_; }
  const JsonText* json() const { return json_ ? &*json_ : nullptr; }
  /// Returns the tree of a JSON body. Builds it on first use.
  const JsonTree& tree(JsonTree::Duplicates duplicates) const;
  /// Returns whether the change affects a JSON body.
  bool is_altered_by(const JsonChange& change) const;

 private:
  std::string_view text_;
  bool has_non_ascii_;
  std::optional<JsonText> json_;
  mutable std::unique_ptr<JsonTree> last_wins_, kept_;
  mutable std::map<const JsonChange*, bool> altered_by_;
};

/// Returns all forms of a body: first the unchanged one, then by likelihood. `source` must outlive them.
std::vector<BodyForm> body_forms(const BodySource& source);

}  // namespace alohook
