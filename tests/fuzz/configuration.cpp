// A configuration file: it is parsed, or rejected with an Error.
#include "options/configuration.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = memfd_create("alohook.toml", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  try {
    for (const auto& [section, keys] : alohook::read_configuration(path).sections)
      for (const auto& [key, values] : keys)
        if (key.find('_') != key.npos) std::abort();
  } catch (const alohook::Error& error) {
    if (*error.what() == '\0') std::abort();
  }
  return 0;
}
