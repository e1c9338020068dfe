// Responses of a hostile server: the result must not depend on how the bytes were split into packets.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "http/client/response_reader.h"

namespace {

using namespace alohook;

std::string read_in_steps(std::string_view bytes, std::size_t step, ResponseReader::Body body) {
  const auto source = [&](char* to, std::size_t size) {
    const std::size_t count = std::min({step, size, bytes.size()});
    if (count == 0) return ReadResult{ReadResult::Kind::end, 0};
    bytes.copy(to, count);
    bytes.remove_prefix(count);
    return ReadResult{ReadResult::Kind::data, count};
  };
  ResponseReader reader(source, {.header_bytes = 2000, .body_bytes = 2000}, body);
  try {
    const Response response = reader.read();
    if (response.status < 100 || response.status > 999 || response.body.size() > 2000) std::abort();
    std::string out = std::to_string(response.status) + response.reason + '\n';
    for (const Header& header : response.headers) out += header.name + ':' + header.value + '\n';
    return out + response.body;
  } catch (const SendError& error) {
    for (const char c : error.detail)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    return "failed";  // the message may say how far it got
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto body = (data[0] & 1) != 0 ? ResponseReader::Body::never : ResponseReader::Body::expected;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = read_in_steps(bytes, size, body);
  for (const std::size_t step : {std::size_t(1), std::size_t(7), size / 2 + 1})
    if (read_in_steps(bytes, step, body) != whole) std::abort();
  return 0;
}
