#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// One change to a JSON body. The path is a JSON pointer (`/action/title`, RFC 6901) or dotted (`action.title`);
/// array items are counted from 0, the empty path is the whole body. Of duplicate keys the last one counts.
struct Override {
  enum class Kind { set, unset };
  Kind kind = Kind::set;
  std::string path;
  std::string json;  ///< the new value as JSON text; unused by `unset`
  /// Creates missing paths, including parents; `-` or an array's size appends to it. If false, they are an error.
  /// `unset` ignores it.
  bool add = false;
};

/// A change of bytes: those from `begin` to before `end` become `text`.
struct Splice {
  std::size_t begin = 0, end = 0;
  std::string text = {};
};

/// Applies the overrides in order. Only the bytes of the named values change: spacing, key order, numbers and escapes
/// elsewhere stay the same. Throws Error for a body that is not JSON, a path that does not exist (with "did you
/// mean"), or a value that is not JSON. Calls `on_change` for each, with offsets into the body as the ones before left it.
std::string apply_overrides(std::string_view body, const std::vector<Override>& overrides,
                            const std::function<void(const Splice&)>& on_change = {});

}  // namespace alohook
