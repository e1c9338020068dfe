// Changes to a body: `+path=json`, `=path=json`, `-path` in the first lines, then the body.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/json_edit.h"
#include "json/json_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace alohook;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<Override> overrides;
  while (!rest.empty() && overrides.size() < 8 && (rest[0] == '+' || rest[0] == '=' || rest[0] == '-')) {
    const std::string_view line = rest.substr(1, rest.find('\n') - 1);
    const std::size_t equals = line.find('=');
    overrides.push_back({.kind = rest[0] == '-' ? Override::Kind::unset : Override::Kind::set,
                         .path = std::string(line.substr(0, equals)),
                         .json = equals == line.npos ? "0" : std::string(line.substr(equals + 1)),
                         .add = rest[0] == '+'});
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
  }
  try {
    const std::string changed = apply_overrides(rest, overrides);
    if (overrides.empty() ? changed != rest : !JsonText::parse(changed)) std::abort();
  } catch (const Error&) {
    // the error says what was wrong
  }
  return 0;
}
