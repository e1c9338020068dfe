// What a hostile server answers: what the library is given must not depend on packets, and is one plain answer.
#include "http/client/response_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace alohook;

std::string read_in_steps(std::string_view bytes, std::size_t step, AnswerReader::Body body) {
  const auto source = [&](char* to, std::size_t size) {
    const std::size_t count = std::min({step, size, bytes.size()});
    if (count == 0) return ReadResult{ReadResult::Kind::end, 0};
    bytes.copy(to, count);
    bytes.remove_prefix(count);
    return ReadResult{ReadResult::Kind::data, count};
  };
  AnswerReader reader(source, {.header_bytes = 2000, .body_bytes = 2000}, body);
  std::string out;
  char part[100];
  try {
    while (const std::size_t count = reader.read(part, sizeof part)) out.append(part, count);
  } catch (const Failure& failure) {
    for (const char c : failure.detail)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    return "failed";  // the words may say how far it came
  }
  const Response& head = reader.head();
  if (!reader.complete() || head.status < 100 || head.status > 999 || !out.starts_with("HTTP/1."))
    std::abort();
  return std::to_string(head.status) + head.reason + out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto body = (data[0] & 1) != 0 ? AnswerReader::Body::never : AnswerReader::Body::expected;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = read_in_steps(bytes, size, body);
  for (const std::size_t step : {std::size_t(1), std::size_t(7), size / 2 + 1})
    if (read_in_steps(bytes, step, body) != whole) std::abort();
  return 0;
}
