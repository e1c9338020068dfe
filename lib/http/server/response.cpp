#include "http/server/response.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace alohook {
namespace {

bool is_framing(std::string_view name) {
  constexpr std::array<std::string_view, 4> names = {"Content-Length", "Transfer-Encoding", "Connection",
                                                     "Keep-Alive"};
  return std::any_of(names.begin(), names.end(), [&](auto own) { return equal_ignoring_case(name, own); });
}

bool can_be_sent(const Header& header) {
  return !is_framing(header.name) && is_header_name(header.name) && is_header_value(header.value);
}

std::string length_header(std::string_view length) {
  return std::string("Content-Length: ").append(length).append("\r\n");
}

/// Returns the header line for a single valid Content-Length, or nothing.
std::string given_length(const Headers& headers) {
  const auto values = header_values(headers, "Content-Length");
  const bool is_valid = values.size() == 1 && !values[0].empty() &&
                        std::ranges::all_of(values[0], [](char c) { return c >= '0' && c <= '9'; });
  return is_valid ? length_header(values[0]) : std::string();
}

}  // namespace

std::string response_text(const Response& response, const ResponseForm& form) {
  const int status = response.status >= 200 && response.status <= 999 ? response.status : 500;
  // The response to HEAD from a forwarding target has no body, and the target determines its Content-Length.
  const bool is_of_target = form.is_head && response.body.empty();
  const bool has_length = status != 204 && status != 304 && !is_of_target;
  const std::string_view reason =
      response.reason.empty() || !is_header_value(response.reason) ? reason_phrase(status) : response.reason;

  std::string text;
  text.reserve(256 + response.body.size());
  text.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason).append("\r\n");
  for (const Header& header : response.headers)
    if (can_be_sent(header)) text.append(header.name).append(": ").append(header.value).append("\r\n");
  if (is_of_target) text += given_length(response.headers);
  if (has_length) text.append(length_header(std::to_string(response.body.size())));
  if (form.closes) text += "Connection: close\r\n";
  if (!form.closes && form.is_http_1_0) text += "Connection: keep-alive\r\n";
  text += "\r\n";
  if (has_length && !form.is_head) text += response.body;
  return text;
}

}  // namespace alohook
