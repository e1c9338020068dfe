// Untrusted headers and body, through verification and the whole search for causes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/codec.h"
#include "diagnosis/diagnosis.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace alohook;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto take_line = [&rest] {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return std::string(line);
  };
  const Secrets secrets = {Secret(take_line())};
  const std::string timestamp = take_line();
  const Headers headers = {{std::string(timestamp_header), timestamp},
                           {std::string(signature_header), take_line()},
                           {"X-Other", take_line()}};
  const DiagnosisInput input{.secrets = secrets, .headers = headers, .body = rest, .now = Time{}};
  const DiagnosisLimits limits{.bytes_hashed = 1 << 20, .out_of_time = {}};
  for (const Diagnosis& diagnosis :
       {diagnose(input, limits), diagnose_mine(input, headers[1].value, limits)}) {
    for (const Cause& cause : diagnosis.causes) {
      if (cause.id.empty() || cause.text.empty() || !is_utf8(cause.evidence)) std::abort();
    }
  }
  return 0;
}
