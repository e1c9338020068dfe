// Untrusted JSON: parsed, traversed, refreshed and displayed.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/codec.h"
#include "base/visible.h"
#include "events/fixture.h"
#include "json/json_string.h"
#include "json/json_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace alohook;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!is_utf8(visible(text)) || !is_plain(visible(text))) std::abort();
  const auto json = JsonText::parse(text);
  if (!json) return 0;
  if (json->kind(JsonText::root) == JsonText::Kind::string &&
      !JsonText::parse(quote_json_string(unescape_json_string(json->raw(JsonText::root))))) {
    std::abort();
  }
  std::uint64_t seed = 1;
  const std::string fresh = refresh(text, Time{}, [&seed] { return seed = seed * 6364136223846793005u + 1; });
  if (fresh.size() != text.size() || !JsonText::parse(fresh)) std::abort();
  return 0;
}
