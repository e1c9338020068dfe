#include "http/client/response_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "base/visible.h"
#include "http/message.h"

namespace alohook {

namespace {

std::optional<std::uint64_t> content_length(const Headers& headers) {
  std::optional<std::uint64_t> length;
  for (const auto list : header_values(headers, "Content-Length")) {
    for (const auto element : split(list, ',')) {
      const auto text = trimmed(element, blanks);
      const auto value = parse_number(text, 10);
      if (!value) fail_not_http("the response's Content-Length is not a number: " + excerpt(text));
      if (length && *length != *value) fail_not_http("the response has two different Content-Lengths");
      length = value;
    }
  }
  return length;
}

}  // namespace

void fail_not_http(std::string detail) { throw SendError{SendError::Kind::not_http, std::move(detail)}; }

std::string excerpt(std::string_view bytes) {
  constexpr std::size_t shown = 40;
  return fmt::format("\"{}\"{}", visible(bytes.substr(0, shown)), bytes.size() > shown ? "…" : "");
}

std::string size_text(std::size_t bytes) {
  if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return fmt::format("{} MiB", bytes >> 20);
  if (bytes >= 1 << 10 && bytes % (1 << 10) == 0) return fmt::format("{} KiB", bytes >> 10);
  return fmt::format("{} bytes", bytes);
}

std::optional<std::uint64_t> parse_number(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return UINT64_MAX;
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

bool is_field_text(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

ResponseHead parse_status_line(std::string_view line) {
  const auto status = line.size() >= 12 ? parse_number(line.substr(9, 3), 10) : std::nullopt;
  const bool valid = status && *status >= 100 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
                     (line[7] == '0' || line[7] == '1') && (line.size() == 12 || line[12] == ' ') &&
                     is_field_text(line);
  if (!valid) fail_not_http("the status line is malformed: " + excerpt(line));
  ResponseHead head;
  head.response.status = static_cast<int>(*status);
  head.response.reason = line.substr(std::min<std::size_t>(line.size(), 13));
  head.ends_connection = line[7] == '0' || head.response.status == 101;
  return head;
}

void add_header_line(ResponseHead& head, std::string_view line) {
  auto& headers = head.response.headers;
  if (!is_field_text(line))
    fail_not_http("a header of the response contains a control byte: " + excerpt(line));
  if (line.starts_with(' ') || line.starts_with('\t')) {
    if (headers.empty()) fail_not_http("the first header of the response starts with a space");
    auto& value = headers.back().value;
    value += value.empty() ? "" : " ";
    value += trimmed(line, blanks);
    return;
  }
  const auto name = line.substr(0, line.find(':'));
  if (name.size() == line.size() || !is_header_name(name)) {
    fail_not_http("a header of the response is malformed: " + excerpt(line));
  }
  const auto value = trimmed(line.substr(name.size() + 1), blanks);
  headers.push_back({std::string(name), std::string(value)});
  if (!equal_ignoring_case(name, "Connection")) return;
  for (const auto option : split(value, ',')) {
    if (equal_ignoring_case(trimmed(option, blanks), "close")) head.ends_connection = true;
  }
}

BodyFraming framing_of(const Response& head) {
  if (head.status < 200 || head.status == 204 || head.status == 304) return {};
  const auto codings = header_values(head.headers, "Transfer-Encoding");
  const auto length = content_length(head.headers);
  if (codings.empty()) return length ? BodyFraming{Framing::sized, *length} : BodyFraming{Framing::until_end};
  if (codings.size() > 1 || !equal_ignoring_case(codings[0], "chunked")) {
    fail_not_http("the response has an unknown Transfer-Encoding: " + excerpt(codings[0]));
  }
  if (length) fail_not_http("the response has both a Content-Length and a Transfer-Encoding");
  return {Framing::chunked};
}

}  // namespace alohook
