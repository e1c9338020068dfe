// A request to the inspector: what its guard lets pass is only what the page, or a person's own script, would send.
#include "inspector/guard.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace alohook;

constexpr std::string_view token = "0123456789abcdef";

int count(const Headers& headers, std::string_view name) {
  int found = 0;
  for (const Header& header : headers) found += equal_ignoring_case(header.name, name) ? 1 : 0;
  return found;
}

/// Whether the one header of this name has one of two values.
bool is_one_of(const Headers& headers, std::string_view name, std::string_view a, std::string_view b) {
  for (const Header& header : headers)
    if (equal_ignoring_case(header.name, name) && (header.value == a || header.value == b))
      return count(headers, name) == 1;
  return false;
}

void check_passed(const Request& request) {
  const bool is_post = request.method == "POST";
  if (!is_post && request.method != "GET" && request.method != "HEAD") std::abort();
  if (!is_one_of(request.headers, "Host", "127.0.0.1:8257", "localhost:8257")) std::abort();
  const bool has_own_origin =
      is_one_of(request.headers, "Origin", "http://127.0.0.1:8257", "http://localhost:8257");
  if ((is_post || count(request.headers, "Origin") > 0) && !has_own_origin) std::abort();
  if (request.target.empty() || request.target[0] != '/') std::abort();
  const bool is_api = request.target.starts_with("/api/");
  const std::string authorization = "Bearer " + std::string(token);
  if (is_api && !is_one_of(request.headers, "Authorization", authorization, authorization)) std::abort();
  if (is_post && !is_api) std::abort();
}

}  // namespace

/// The input's lines are the method, the target, and then headers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto take_line = [&rest] {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return std::string(line);
  };
  Request request;
  request.method = take_line();
  request.target = take_line();
  while (!rest.empty()) {
    const std::string line = take_line();
    const auto colon = line.find(": ");
    if (colon != std::string::npos)
      request.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  const auto rejection = guard(request, {.port = 8257, .token = std::string(token)});
  if (!rejection)
    check_passed(request);
  else if (rejection->status < 400 || rejection->status > 499 || rejection->id.empty())
    std::abort();
  return 0;
}
