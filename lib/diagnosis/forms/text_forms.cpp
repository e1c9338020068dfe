#include "diagnosis/forms/text_forms.h"

#include <fmt/format.h>

#include <iterator>

#include "base/codec.h"
#include "base/utf16.h"

namespace alohook {

std::string without_last_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return std::string(text);
}

std::string without_line_ends(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '\r' || c == '\n'; });
  return out;
}

std::string with_lf(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && text.substr(i + 1).starts_with('\n')) continue;
    out += text[i];
  }
  return out;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (const char c : with_lf(text)) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

std::string base64_in_lines(std::string_view bytes, std::size_t width) {
  const std::string text = base64_encode(bytes);
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += width) out.append(text, i, width) += '\n';
  return out;
}

std::string python_bytes(std::string_view bytes) {
  const bool has_single = bytes.find('\'') != std::string_view::npos;
  const char quote = has_single && bytes.find('"') == std::string_view::npos ? '"' : '\'';
  std::string out = {'b', quote};
  for (const char c : bytes) {
    if (c == quote || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += {'\\', c == '\n' ? 'n' : c == '\r' ? 'r' : 't'};
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out += quote;
}

std::string javascript_buffer(std::string_view bytes) {
  std::string out = "{\"type\":\"Buffer\",\"data\":[";
  for (const char c : bytes) {
    out += fmt::format_int(static_cast<unsigned char>(c)).c_str();
    out += ',';
  }
  if (!bytes.empty()) out.pop_back();
  return out += "]}";
}

std::string lowest_bytes(std::string_view text) {
  const std::string units = utf16_from_utf8(text, ByteOrder::little);
  std::string out;
  for (std::size_t i = 0; i < units.size(); i += 2) out += units[i];
  return out;
}

std::string with_plain_punctuation(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    if (c.value >= 0x201C && c.value <= 0x201F) {
      out += '"';
    } else if (c.value >= 0x2018 && c.value <= 0x201B) {
      out += '\'';
    } else if (c.value == 0x2013 || c.value == 0x2014) {
      out += '-';
    } else if (c.value == 0xA0 || c.value == 0x202F) {
      out += ' ';
    } else if (c.value == 0x2026) {
      out += "...";
    } else {
      out += text.substr(i, c.length);
    }
    i += c.length;
  }
  return out;
}

}  // namespace alohook
