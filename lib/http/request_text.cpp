#include "http/request_text.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace alohook {
namespace {

bool is_request_line(std::string_view line) {
  const auto version = line.rfind(' ');
  return version != std::string_view::npos && line.substr(version + 1).starts_with("HTTP/") &&
         line.find(' ') < version;
}

void read_request_line(std::string_view line, Request& request) {
  const auto method_end = line.find(' ');
  const auto version = line.rfind(' ');
  request.method = line.substr(0, method_end);
  request.target = trimmed(line.substr(method_end, version - method_end), blanks);
}

bool read_header(std::string_view line, Headers& headers) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_header_name(line.substr(0, colon))) return false;
  headers.push_back(
      {std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1), blanks))});
  return true;
}

/// Joins the chunks of a whole chunked body; nullopt when it is not one, as where a proxy has joined them before.
std::optional<std::string> join_chunks(std::string_view text) {
  std::string body;
  while (true) {
    if (text.find('\n') == std::string_view::npos) return std::nullopt;
    std::string_view line = take_line(text);
    line = trimmed(line.substr(0, line.find(';')), blanks);
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (error != std::errc{} || end != line.data() + line.size() || size > text.size()) return std::nullopt;
    if (size == 0) return body;
    body += text.substr(0, size);
    text.remove_prefix(size);
    if (!take_line(text).empty()) return std::nullopt;
  }
}

void read_body(std::string_view text, CapturedRequest& captured) {
  const Headers& headers = captured.request.headers;
  captured.request.body = text;
  if (header_value(headers, "Transfer-Encoding").value_or("").find("chunked") != std::string_view::npos) {
    if (auto joined = join_chunks(text)) captured.request.body = std::move(*joined);
    return;
  }
  const auto declared = header_value(headers, "Content-Length");
  std::size_t length = 0;
  if (!declared ||
      std::from_chars(declared->data(), declared->data() + declared->size(), length).ec != std::errc{})
    return;
  if (text.size() > length) {
    captured.note =
        fmt::format("the {} bytes after the first {} are not part of the body, says Content-Length",
                    text.size() - length, length);
    captured.request.body.resize(length);
  } else if (text.size() < length) {
    captured.note =
        fmt::format("the body has {} bytes, but Content-Length says {}: the capture is not complete",
                    text.size(), length);
  }
}

/// Whether the text is the talk of `curl -v`, in which the request's head has `> ` before each line.
bool is_curl_talk(std::string_view text) {
  return text.starts_with("> ") || text.find("\n> ") != std::string_view::npos;
}

/// Takes the next line of the head off `text`; of curl's talk only what was sent counts.
std::optional<std::string_view> take_head_line(std::string_view& text, bool is_curl) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!is_curl) return line;
    if (line.starts_with("> ")) return line.substr(2);
    if (line == ">") return line.substr(1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<CapturedRequest> read_http_text(std::string_view text) {
  CapturedRequest captured;
  const bool is_curl = is_curl_talk(text);
  bool is_first = true;
  while (const auto line = take_head_line(text, is_curl)) {
    if (line->empty() && is_first) continue;  // blank lines before a request are no part of it
    if (line->empty()) break;
    if (is_first && is_request_line(*line)) {
      read_request_line(*line, captured.request);
    } else if (!read_header(*line, captured.request.headers)) {
      return std::nullopt;
    }
    is_first = false;
  }
  if (is_first) return std::nullopt;
  read_body(text, captured);
  return captured;
}

}  // namespace alohook
