// A capture that somebody pasted together.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/request_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto captured = alohook::read_http_text({reinterpret_cast<const char*>(data), size});
  if (captured && captured->request.body.size() > size) std::abort();
  return 0;
}
