#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diagnosis/causes.h"

namespace alohook {

/// A form of the body that needs no parsing: a cause, what was signed, and how to produce it.
struct TextForm {
  CauseId cause;
  std::string_view note;
  std::optional<std::string> (*make)(std::string_view body);
  bool rare = false;
  bool alone = false;
};

/// Forms that apply to any body.
std::span<const TextForm> newline_forms();
std::span<const TextForm> missing_forms();
std::span<const TextForm> changed_forms();
std::span<const TextForm> unusual_forms();

/// Forms that only apply to bodies with non-ASCII bytes.
std::span<const TextForm> charset_forms();

}  // namespace alohook
