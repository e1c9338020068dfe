// Untrusted input to the listener: which requests it parses or rejects must not depend on packet boundaries.
#include "http/server/parser.ipp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace alohook;

struct Outcome {
  std::vector<std::string> requests;
  int refused = 0;
  std::string reason;
  bool operator==(const Outcome&) const = default;
};

std::string text_of(const Request& request) {
  std::string text = request.method + ' ' + request.target + '\n';
  for (const Header& header : request.headers) text += header.name + ": " + header.value + '\n';
  return text + '\n' + request.body;
}

/// Parses requests like a session does, `step` bytes at a time.
Outcome read_in_steps(std::string_view bytes, std::size_t step) {
  constexpr std::size_t max_header_bytes = 2000, max_body_bytes = 2000;
  Outcome outcome;
  Request request;
  std::optional<RequestParser> parser;
  std::string pending;
  while (outcome.refused == 0 && !bytes.empty()) {
    pending.append(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (!pending.empty()) {
      if (!parser) parser.emplace(request = {}, max_header_bytes, max_body_bytes);
      const std::size_t used = parser->take(pending);
      if (used > pending.size()) std::abort();
      pending.erase(0, used);
      if (const auto refusal = parser->refusal()) {
        outcome.refused = refusal->status;
        outcome.reason = refusal->reason;
      }
      if (!parser->done()) break;
      if (request.body.size() > max_body_bytes || !is_header_name(request.method)) std::abort();
      for (const Header& header : request.headers)
        if (!is_header_name(header.name) || !is_header_value(header.value)) std::abort();
      outcome.requests.push_back(text_of(request));
      parser.reset();
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read_in_steps(bytes, size + 1);
  for (const std::size_t step : {std::size_t(1), std::size_t(7), size / 2 + 1})
    if (read_in_steps(bytes, step) != whole) std::abort();
  return 0;
}
