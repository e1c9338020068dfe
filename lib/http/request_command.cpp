#include "http/request_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "base/text.h"

namespace alohook {
namespace {

/// Removes the Windows shell's carets, which browsers put before every special character.
std::string without_carets(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '^' && i + 1 < text.size()) {
      ++i;
      if (text[i] == '\r' && i + 1 < text.size()) ++i;
      if (text[i] == '\n') continue;  // the command continues on the next line
    }
    out += text[i];
  }
  return out;
}

/// Decodes an escape of $'…' at `text[i]`, which is a backslash. Leaves `i` at its last character.
void append_ansi_escape(std::string& out, std::string_view text, std::size_t& i) {
  constexpr std::string_view letters = "abefnrtv", meanings = "\a\b\x1b\f\n\r\t\v";
  const char c = ++i < text.size() ? text[i] : '\\';
  const std::size_t most = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (most == 0) {
    const auto letter = letters.find(c);
    out += letter == std::string_view::npos ? c : meanings[letter];
    return;
  }
  char32_t value = 0;
  std::size_t digits = 0;
  for (; digits < most && i + 1 < text.size() && is_hex_digit(text[i + 1]); ++digits) {
    const char digit = lower_case(text[++i]);
    value = value * 16 + static_cast<char32_t>(is_digit(digit) ? digit - '0' : digit - 'a' + 10);
  }
  if (c == 'x') {
    out += static_cast<char>(value);
  } else {
    append_utf8(out, value);
  }
}

/// Splits a command into words like a POSIX shell.
std::vector<std::string> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool has_word = false;
  char quote = 0;
  bool is_ansi = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && whitespace.find(c) != std::string_view::npos) {
      if (has_word) words.push_back(std::exchange(word, {}));
      has_word = false;
      continue;
    }
    has_word = true;
    if (quote == 0 && c == '$' && i + 1 < text.size() && text[i + 1] == '\'') {
      is_ansi = true;
      quote = '\'';
      ++i;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
      is_ansi = false;
    } else if (c == '\\' && is_ansi) {
      append_ansi_escape(word, text, i);
    } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      const char next = text[i + 1];
      const bool is_escape = quote == 0 || std::string_view("\"\\$`\n").find(next) != std::string_view::npos;
      if (next == '\n' || (next == '\r' && i + 2 < text.size() && text[i + 2] == '\n')) {
        i += next == '\r' ? 2 : 1;
        has_word = has_word && !word.empty();
      } else if (is_escape) {
        word += text[++i];
      } else {
        word += c;
      }
    } else {
      word += c;
    }
  }
  if (has_word) words.push_back(std::move(word));
  return words;
}

void add_header(std::string_view line, Request& request) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_header_name(line.substr(0, colon))) return;
  request.headers.push_back(
      {std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1), blanks))});
}

std::string target_of_url(std::string_view url) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return path == std::string_view::npos ? "/" : std::string(url.substr(path, url.find('#') - path));
}

/// curl options that take a value, except those that are evaluated.
constexpr std::string_view valued[] = {
    "-A",
    "--user-agent",
    "-b",
    "--cookie",
    "-c",
    "--cookie-jar",
    "-e",
    "--referer",
    "-o",
    "--output",
    "-u",
    "--user",
    "-x",
    "--proxy",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--resolve",
    "--cacert",
    "-E",
    "--cert",
    "--key",
    "-w",
    "--write-out",
    "-F",
    "--form",
    "-T",
    "--unix-socket",
    "--retry",
    "-K",
    "--config",
    "--aws-sigv4",
    "-D",
    "--dump-header",
    "--trace",
    "--trace-ascii",
};

/// Collects what `--data` and similar options send.
class Data {
 public:
  void add(std::string_view option, std::string value) {
    const bool is_raw = option == "--data-raw";
    if (!is_raw && value.starts_with('@')) {
      file_ = value.substr(1);
      return;
    }
    const bool is_text = option == "-d" || option == "--data" || option == "--data-ascii";
    if (is_text && value.find('@') == 0) std::erase_if(value, [](char c) { return c == '\n' || c == '\r'; });
    body_ += (has_body_ ? "&" : "") + value;
    has_body_ = true;
  }

  void give(CapturedRequest& captured) {
    captured.request.body = body_;
    if (!file_.empty()) captured.missing_body = fmt::format("the body is in the file {}", file_);
    if (file_.empty() && !has_body_) captured.missing_body = "the command has no body";
  }

 private:
  std::string body_, file_;
  bool has_body_ = false;
};

std::optional<CapturedRequest> read_curl(std::string_view text) {
  std::vector<std::string> words = shell_words(text);
  auto word = std::ranges::find_if(
      words, [](const std::string& w) { return w == "curl" || w.ends_with("/curl") || w == "curl.exe"; });
  if (word == words.end()) return std::nullopt;
  CapturedRequest captured;
  Data data;
  bool has_method = false;
  for (++word; word != words.end(); ++word) {
    std::string option = *word, value;
    const bool is_short = option.size() > 2 && option[0] == '-' && option[1] != '-';
    if (is_short && std::string_view("XHd").find(option[1]) != std::string_view::npos) {
      value = option.substr(2);
      option.resize(2);
    } else if (const auto equals = option.find('=');
               option.starts_with("--") && equals != std::string::npos) {
      value = option.substr(equals + 1);
      option.resize(equals);
    }
    const bool is_data = option == "-d" || option.starts_with("--data") || option == "--json";
    const bool is_read = is_data || option == "-X" || option == "--request" || option == "-H" ||
                         option == "--header" || option == "--url";
    const bool takes_value = is_read || std::ranges::find(valued, option) != std::end(valued);
    if (takes_value && value.empty() && word + 1 != words.end()) value = *++word;
    if (is_data) {
      data.add(option, std::move(value));
    } else if (option == "-X" || option == "--request") {
      captured.request.method = value;
      has_method = true;
    } else if (option == "-H" || option == "--header") {
      if (value.starts_with('@'))
        captured.note = fmt::format("the headers of {} aren't in the command", value.substr(1));
      add_header(value, captured.request);
    } else if (option == "--url" || !option.starts_with('-')) {
      captured.request.target = target_of_url(option == "--url" ? value : option);
    }
  }
  if (!has_method) captured.request.method = "POST";
  data.give(captured);
  return captured;
}

/// Reads a quoted string of PowerShell or JavaScript that starts at `text[at]`, and advances `at` past it.
std::string quoted_text(std::string_view text, std::size_t& at, char escape) {
  const char quote = text[at++];
  std::string out;
  for (; at < text.size() && text[at] != quote; ++at) {
    if (text[at] != escape || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char c = text[++at];
    if (c == 'u' && escape == '\\') {
      const auto unit = hex_decode(text.substr(at + 1, 4));
      if (unit && unit->size() == 2)
        append_utf8(out, static_cast<char32_t>(static_cast<unsigned char>((*unit)[0]) << 8 |
                                               static_cast<unsigned char>((*unit)[1])));
      at += 4;
    } else {
      out += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
    }
  }
  ++at;
  return out;
}

/// Reads `"name": "value"` of fetch or `"name"="value"` of PowerShell anywhere in the text, and the body.
std::optional<CapturedRequest> read_pairs(std::string_view text, char escape, char between,
                                          std::string_view body_mark) {
  CapturedRequest captured;
  captured.missing_body = "the command has no body";
  std::optional<std::string> name;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_body = lower_case(text.substr(at, body_mark.size())) == body_mark;
    if (is_body) {
      at = text.find_first_of("\"'", at + body_mark.size());
      if (at == std::string_view::npos) break;
      captured.request.body = quoted_text(text, at, escape);
      captured.missing_body.clear();
    } else if (text[at] == '"' || text[at] == '\'') {
      std::string word = quoted_text(text, at, escape);
      const std::size_t next = text.find_first_not_of(whitespace, at);
      if (name) {
        if (is_header_name(*name)) captured.request.headers.push_back({*name, std::move(word)});
        name.reset();
      } else if (next != std::string_view::npos && text[next] == between) {
        name = std::move(word);
        at = next + 1;
        if (const std::size_t value = text.find_first_not_of(whitespace, at);
            value != std::string_view::npos && text[value] != '"' && text[value] != '\'')
          name.reset();
      }
    } else {
      ++at;
    }
  }
  if (captured.request.headers.empty()) return std::nullopt;
  return captured;
}

}  // namespace

std::optional<CapturedRequest> read_request_command(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with("$ ") || text.starts_with("> ")) text.remove_prefix(2);
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n("));
  if (word == "curl" || word == "curl.exe" || word.ends_with("/curl")) {
    const bool is_windows = text.find("^\"") != std::string_view::npos ||
                            text.find("^\r\n") != std::string_view::npos ||
                            text.find("^\n") != std::string_view::npos;
    return is_windows ? read_curl(without_carets(text)) : read_curl(text);
  }
  if (text.find("Invoke-WebRequest") != std::string_view::npos ||
      text.find("Invoke-RestMethod") != std::string_view::npos) {
    return read_pairs(text, '`', '=', "-body ");
  }
  if (word == "fetch" || text.starts_with("await fetch(")) return read_pairs(text, '\\', ':', "\"body\":");
  return std::nullopt;
}

}  // namespace alohook
