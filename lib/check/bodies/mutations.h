#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace alohook {

/// A transformation that software is known to apply to request bodies before a handler sees them.
struct Mutation {
  enum class Scope : std::uint8_t {
    body,    ///< the whole body
    values,  ///< every JSON string that isn't a key, without its quotes
    keys,
  };

  std::string_view what;    ///< a sentence without its full stop
  std::string_view source;  ///< the software that does it
  Scope scope;
  std::string (*change)(std::string text);
};

/// Returns all mutations, the most common first.
std::span<const Mutation> mutations();

/// Applies the mutation to the body. Returns the body unchanged if nothing in it is affected.
std::string apply(const Mutation& mutation, const std::string& body);

}  // namespace alohook
