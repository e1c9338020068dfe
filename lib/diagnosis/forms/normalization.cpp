#include "diagnosis/forms/normalization.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace alohook {
namespace {

std::string normalised(std::string_view utf8, int options) {
  utf8proc_uint8_t* out = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                 static_cast<utf8proc_ssize_t>(utf8.size()), &out,
                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
  if (size < 0) return std::string(utf8);
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};
}

}  // namespace

std::string to_nfc(std::string_view utf8) { return normalised(utf8, UTF8PROC_COMPOSE); }

std::string to_nfd(std::string_view utf8) { return normalised(utf8, UTF8PROC_DECOMPOSE); }

}  // namespace alohook
