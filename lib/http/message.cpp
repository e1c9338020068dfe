#include "http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"

namespace alohook {

namespace {

bool is_token_character(char c) {
  return is_alphanumeric(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

// IANA's HTTP Status Code Registry, sorted by status.
constexpr std::array<std::pair<int, std::string_view>, 62> phrases{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
}};

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower_case(x) == lower_case(y); });
}

bool is_json_type(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return equal_ignoring_case(trimmed(type, blanks), "application/json");
}

std::vector<std::string_view> header_values(const Headers& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const Header& header : headers) {
    if (equal_ignoring_case(header.name, name)) values.push_back(header.value);
  }
  return values;
}

std::optional<std::string_view> header_value(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equal_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

bool is_header_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void check_sendable(const Request& request) {
  if (!is_header_name(request.method) || request.method == "CONNECT") {
    throw Error(fmt::format("can't send the method \"{}\"", visible(request.method)));
  }
  const bool has_bad_target =
      request.target.empty() ||
      std::ranges::any_of(request.target, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (has_bad_target) {
    throw Error(fmt::format("can't send the target \"{}\"", visible(request.target)),
                "percent-encode spaces and control bytes");
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_header_name(name)) throw Error(fmt::format("\"{}\" is not a header name", visible(name)));
    if (!is_header_value(value)) {
      throw Error(
          fmt::format("can't send the header \"{}\": its value contains a newline or a NUL byte", name));
    }
    const bool is_length = equal_ignoring_case(name, "Content-Length");
    if (equal_ignoring_case(name, "Transfer-Encoding") ||
        (is_length && value != std::to_string(request.body.size()))) {
      throw Error(fmt::format("can't send the header \"{}\": it contradicts the body", name),
                  "leave it out; alohook sets it");
    }
  }
}

std::string_view reason_phrase(int status) {
  const auto found = std::ranges::find(phrases, status, &std::pair<int, std::string_view>::first);
  return found == phrases.end() ? std::string_view() : found->second;
}

std::string_view name_of(SendError::Kind kind) {
  switch (kind) {
    case SendError::Kind::unresolved:
      return "unresolved";
    case SendError::Kind::refused:
      return "refused";
    case SendError::Kind::timed_out:
      return "timed-out";
    case SendError::Kind::tls:
      return "tls";
    case SendError::Kind::closed:
      return "closed";
    case SendError::Kind::not_http:
      return "not-http";
    case SendError::Kind::interrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace alohook
