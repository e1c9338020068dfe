#include "http/request_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/codec.h"
#include "base/text.h"
#include "base/utf16.h"

namespace alohook {
namespace {

constexpr std::size_t end_of_hex = 6 + 16 * 3;  // in a line of curl --trace: an offset, then 16 bytes
constexpr char terminal_escape[] = {0x1B, '[', 0};
constexpr std::string_view methods[] = {"GET",  "POST",    "PUT",   "PATCH", "DELETE",
                                        "HEAD", "OPTIONS", "TRACE", "QUERY", "CONNECT"};

/// Returns whether this is `POST /hook HTTP/1.1`, or `POST https://host/hook` as in .http files.
bool is_request_line(std::string_view line) {
  const auto words = split(line, ' ');
  if (words.size() < 2) return false;
  if (words.back().starts_with("HTTP/")) return words.size() > 2;
  const bool is_method = std::ranges::find(methods, words[0]) != std::end(methods);
  return is_method && !words[1].empty() && !words[0].ends_with(':');
}

/// Returns the path and query of a URL; anything else unchanged.
std::string target_of_line(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const auto path = url.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : std::string(url.substr(path, url.find('#') - path));
}

void read_request_line(std::string_view line, Request& request) {
  const auto method_end = line.find(' ');
  const auto version = line.rfind(" HTTP/");
  request.method = line.substr(0, method_end);
  request.target = target_of_line(trimmed(line.substr(method_end, version - method_end), blanks));
}

/// Adds a header. HTTP/2's pseudo-headers become parts of the request line.
bool add_header(std::string_view name, std::string_view value, Request& request) {
  if (name.starts_with(':')) {
    const std::string_view pseudo = name.substr(1);
    if (pseudo == "method") request.method = value;
    if (pseudo == "path") request.target = value;
    if (pseudo == "authority") request.headers.push_back({"Host", std::string(value)});
    return pseudo == "method" || pseudo == "path" || pseudo == "authority" || pseudo == "scheme" ||
           pseudo == "status";
  }
  if (!is_header_name(name)) return false;
  request.headers.push_back({std::string(name), std::string(value)});
  return true;
}

/// Reads `Name: value`, `name<TAB>value`, `| name | value |`, or `"name": "value",`.
bool read_header(std::string_view line, Request& request) {
  line = trimmed(line);
  if (line.starts_with('|') && line.ends_with('|')) {
    const auto cells = split(line.substr(1, line.size() - 2), '|');
    if (cells.size() != 2) return false;
    if (cells[0].find_first_not_of("-: ") == std::string_view::npos)
      return true;  // the separator below a table's header
    return add_header(trimmed(cells[0], " \t*`:"), trimmed(cells[1], " \t`"), request);
  }
  const auto colon = line.find(':', line.starts_with(':') ? 1 : 0);
  const auto tab = line.find('\t');
  const auto mark = std::min(colon, tab);
  if (mark == std::string_view::npos) return false;
  std::string_view name = line.substr(0, mark), value = trimmed(line.substr(mark + 1), blanks);
  if (name.size() > 2 && (name[0] == '"' || name[0] == '\'') && name.back() == name[0]) {
    name = name.substr(1, name.size() - 2);
    value = trimmed(trimmed(value, ", "), {&line[0], 1});
  }
  return add_header(name, value, request);
}

/// Joins the chunks of a complete chunked body; nullopt if it isn't one, for example because a proxy joined them
/// already.
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

/// Returns where a response begins that follows the request in a log, or the end of the text.
std::size_t start_of_response(std::string_view text) {
  for (std::size_t at = 0; at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const std::string_view line = text.substr(at == 0 ? 0 : at + 1);
    const bool is_status = line.starts_with("HTTP/") && line.size() > 12 &&
                           line.substr(0, 12).find(' ') != std::string_view::npos;
    if (is_status && (at == 0 || text.substr(0, at).ends_with('\n') || text.substr(0, at).ends_with("\n\r")))
      return at == 0 ? 0 : at + 1;
  }
  return text.size();
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
      std::from_chars(declared->data(), declared->data() + declared->size(), length).ec != std::errc{}) {
    const std::string_view body = text.substr(0, start_of_response(text));
    captured.request.body = body.size() < text.size() ? trimmed(body, "\r\n") : body;
    return;
  }
  const std::size_t response = start_of_response(text);
  if (text.size() > length) {
    captured.rest = text.substr(length, std::max(response, length) - length);
    captured.request.body.resize(length);
    if (!trimmed(captured.rest).empty()) {
      captured.note = fmt::format(
          "the captured body has {} bytes, but Content-Length says {}: it isn't the body that was sent",
          trimmed(text.substr(0, response), "\r\n").size(), length);
    } else if (!captured.rest.empty()) {
      captured.note =
          fmt::format("the {} bytes after the first {} aren't part of the body, says Content-Length",
                      captured.rest.size(), length);
    }
  } else if (text.size() < length) {
    captured.note =
        fmt::format("the captured body has {} bytes, but Content-Length says {}: the capture is incomplete",
                    text.size(), length);
  }
}

/// Returns whether this is the output of `curl -v`, which prefixes each line of the request's head with `> `.
bool is_curl_talk(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (line.starts_with("> ") &&
        (is_request_line(line.substr(2)) || line.find(": ") != std::string_view::npos))
      return true;
  }
  return false;
}

bool is_curl_line(std::string_view line) {
  return line.starts_with("* ") || line.starts_with("< ") || line == "<" || line.starts_with("} [") ||
         line.starts_with("{ [") || line == "*";
}

/// Reads the output of `curl -v`. It doesn't include the body. There is one only if somebody added it, with no response
/// after it.
CapturedRequest read_curl_talk(std::string_view text) {
  CapturedRequest captured;
  bool is_done = false, has_response = false;
  std::string body;
  while (!text.empty()) {
    const std::string_view whole = text;
    const std::string_view line = take_line(text);
    if (!is_done && trimmed(line) == ">") {
      is_done = true;
    } else if (!is_done && line.starts_with("> ")) {
      if (is_request_line(line.substr(2))) {
        read_request_line(line.substr(2), captured.request);
      } else {
        read_header(line.substr(2), captured.request);
      }
    } else if (line.starts_with("< ")) {
      has_response = true;
    } else if (is_done && !has_response && !is_curl_line(line)) {
      body += whole.substr(0, whole.size() - text.size());
    }
  }
  if (has_response || trimmed(body).empty()) {
    captured.missing_body = "curl -v doesn't print the body of the request";
  } else {
    read_body(body, captured);
  }
  return captured;
}

/// Reads the output of `curl --trace`, whose lines `0000: 50 4f 53 54 …` contain every byte that was sent.
std::optional<CapturedRequest> read_curl_trace(std::string_view text) {
  if (text.find("=> Send header") == std::string_view::npos) return std::nullopt;
  std::string head, body;
  std::string* sent = nullptr;
  bool is_ascii = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.starts_with("=> Send header")) {
      sent = &head;
    } else if (line.starts_with("=> Send data")) {
      sent = &body;
    } else if (line.starts_with("== ") || line.starts_with("<= ") || line.starts_with("=> ")) {
      sent = nullptr;
    } else if (sent != nullptr && line.size() > 6 && line[4] == ':') {
      std::size_t at = 6;
      for (; at < end_of_hex && at + 2 <= line.size() && is_hex_digit(line[at]) &&
             is_hex_digit(line[at + 1]) && (at + 2 == line.size() || line[at + 2] == ' ');
           at += 3) {
        *sent += hex_decode(line.substr(at, 2)).value_or("");
      }
      is_ascii |= at == 6;
      if (at == 6) *sent += std::string(line.substr(6)) + "\n";
    }
  }
  auto captured = read_http_text(head + (is_ascii ? "\n" : ""));
  if (!captured) return std::nullopt;
  captured->note.clear();
  if (is_ascii || body.empty()) {
    captured->missing_body = is_ascii
                                 ? "curl --trace-ascii doesn't keep the bytes of the body; curl --trace does"
                                 : "the trace has no body";
  } else {
    captured->request.body = body;
  }
  return captured;
}

/// Removes what surrounds a request in editors' .http files: comments, variables, names, and further requests.
std::string_view first_request(std::string_view text) {
  while (!text.empty()) {
    std::string_view rest = text;
    const std::string_view line = trimmed(take_line(rest));
    const bool is_comment =
        line.empty() || line.starts_with('#') || line.starts_with("//") || line.starts_with('@');
    if (!is_comment) break;
    text = rest;
  }
  const auto next = text.find("\n###");
  return text.substr(0, next == std::string_view::npos ? next : next + 1);
}

/// In .http files, the body can be in a file: `< ./body.json`.
void look_for_body_file(CapturedRequest& captured) {
  const std::string_view body = trimmed(captured.request.body);
  if (!body.starts_with("< ") || body.find('\n') != std::string_view::npos) return;
  captured.missing_body = fmt::format("the body is in the file {}", body.substr(2));
  captured.note.clear();
}

/// Joins pairs of lines: browsers copy tables of headers with the name on one line and the value on the next.
std::string joined_pairs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    std::string_view rest = text;
    const std::string_view next = take_line(rest);
    const std::string_view name =
        line.size() > 1 && line.ends_with(':') ? line.substr(0, line.size() - 1) : std::string_view();
    const bool is_name = !name.empty() && (is_header_name(name) || name.starts_with(':'));
    if (is_name && !next.empty() && !next.ends_with(':')) {
      out.append(line).append(" ").append(next).append("\n");
      text = rest;
    } else {
      out.append(line).append("\n");
    }
  }
  return out;
}

/// Removes the indentation that all lines have in common.
std::string without_indentation(std::string_view text) {
  std::size_t shared = std::string_view::npos;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (!trimmed(line).empty()) shared = std::min(shared, line.find_first_not_of(blanks));
  }
  if (shared == 0 || shared == std::string_view::npos) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::string_view whole = text;
    take_line(text);
    const std::string_view line = whole.substr(0, whole.size() - text.size());
    out += line.substr(std::min(shared, line.size() - 1));
  }
  return out;
}

}  // namespace

std::string plain_text(std::string_view bytes) {
  std::string text = utf8_from_utf16(bytes).value_or(std::string(bytes));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  for (std::size_t at = 0; (at = text.find(terminal_escape, at)) != std::string::npos;) {
    std::size_t end = text.find_first_not_of("0123456789;?", at + 2);
    text.erase(at, end == std::string::npos ? end : end + 1 - at);
  }
  const std::string_view start = trimmed(text);
  if (start.starts_with("```")) {
    std::string_view inside = start;
    take_line(inside);
    const auto fence = inside.rfind("```");
    text = std::string(inside.substr(
        0, fence == std::string_view::npos ? fence : inside.find_last_not_of("\r\n", fence - 1) + 1));
  }
  return without_indentation(text);
}

std::optional<CapturedRequest> read_http_text(std::string_view text) {
  if (auto captured = read_curl_trace(text)) return captured;
  if (is_curl_talk(text)) return read_curl_talk(text);
  CapturedRequest captured;
  text = first_request(text);
  bool is_first = true;
  std::string joined;
  if (std::string_view rest = text; trimmed(take_line(rest)).ends_with(':')) {
    joined = joined_pairs(text);
    text = joined;
  }
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty() && is_first) continue;  // ignore blank lines before a request
    if (line.empty()) break;
    if (is_first && is_request_line(line)) {
      read_request_line(line, captured.request);
    } else if (is_first && line.starts_with("http") && line.find("://") != std::string_view::npos &&
               line.find(' ') == std::string_view::npos) {
      captured.request.target = target_of_line(line);  // in a .http file, the request line can be just a URL
    } else if (!is_first && captured.request.headers.empty() &&
               (trimmed(line).starts_with('?') || trimmed(line).starts_with('&'))) {
      captured.request.target += trimmed(line);  // a long query continues here
    } else if (!line.starts_with('#') && !line.starts_with("//") && !read_header(line, captured.request)) {
      return std::nullopt;
    }
    is_first = false;
  }
  if (is_first) return std::nullopt;
  read_body(text, captured);
  look_for_body_file(captured);
  return captured;
}

}  // namespace alohook
