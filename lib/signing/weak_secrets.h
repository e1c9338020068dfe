#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace alohook {

/// Why a secret protects nothing.
enum class Weakness : std::uint8_t {
  empty,        ///< no key at all
  unset,        ///< what a language prints for a value that isn't there
  placeholder,  ///< an example's or a template's text that was never replaced
};

/// A secret that anyone can guess.
struct WeakSecret {
  std::string_view text;
  Weakness weakness;
  std::string_view source;  ///< where it comes from
};

// Those that forgeries are named after.
inline constexpr std::string_view no_secret, undefined_secret = "undefined", null_secret = "null",
                                             none_secret = "None", default_secret = "changeme";

/// Returns the secrets that anyone can guess, the most common first. The only list of them: `check`, `send --bad`,
/// `verify`, `listen` and the loading of secrets use it.
std::span<const WeakSecret> weak_secrets();

/// Returns the entry for these bytes, ignoring surrounding whitespace and the case of ASCII letters; nullptr if there
/// is none.
const WeakSecret* find_weak_secret(std::string_view bytes);

/// Names a weak secret in a sentence: `an empty secret`, `the secret "undefined"`, `the placeholder "changeme"`.
/// These texts are public, so they may be shown.
std::string name_of(const WeakSecret& secret);

}  // namespace alohook
