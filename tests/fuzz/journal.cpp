// A journal that is damaged, or from another source.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "journal/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace alohook;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  std::istringstream in(bytes);
  std::uint64_t last_damage = 0;
  const auto on_damage = [&](std::uint64_t line, JournalDamage) {
    if (line < last_damage || line > size + 1) std::abort();
    last_damage = line;
  };
  JournalReader reader(in, on_damage);
  while (const auto event = reader.next())
    if (event->request.body.size() > size || event->request.headers.size() > size) std::abort();
  if (reader.bytes_read() != size) std::abort();
  return 0;
}
