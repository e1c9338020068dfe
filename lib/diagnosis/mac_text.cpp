#include "diagnosis/mac_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "signing/secret_check.h"

namespace alohook {
namespace {

constexpr int most_layers = 12;
constexpr std::size_t longest_label = 80;

constexpr std::string_view prefixes[] = {
    "v0==",    "v0=",      "v0 ",     "v0:",          "v0,",          "v0.",   "v1=",     "v1:",
    "v1,",     "V0=",      "sha256=", "sha256:",      "sha256-",      "sha1=", "sha512=", "md5=",
    "SHA256=", "SHA-256=", "hmac=",   "hmac-sha256=", "hmac_sha256=", "hex:",  "base64:", "s=",
};

struct Wrapping {
  std::string_view open, close, note;
};
constexpr Wrapping wrappings[] = {
    {"\"", "\"", "with quotes around it"},
    {"'", "'", "with quotes around it"},
    {"`", "`", "with backticks around it"},
    {"\\\"", "\\\"", "with escaped quotes around it"},
    {"“", "”", "with typographic quotes around it"},
    {"‘", "’", "with typographic quotes around it"},
    {"„", "“", "with typographic quotes around it"},
    {"«", "»", "with typographic quotes around it"},
    {"&quot;", "&quot;", "with HTML-escaped quotes around it"},
    {"%22", "%22", "with percent-encoded quotes around it"},
    {"[", "]", "in brackets"},
    {"(", ")", "in parentheses"},
    {"{", "}", "in braces"},
    {"<", ">", "in angle brackets"},
};

/// Ways to escape the = after the version; Base64 has its own reading.
struct Escape {
  std::string_view text, note;
};
constexpr Escape escapes[] = {
    {"%3D", "percent-encoded"},       {"%3d", "percent-encoded"},       {"&#61;", "with HTML entities"},
    {"&#x3D;", "with HTML entities"}, {"&#x3d;", "with HTML entities"}, {"&equals;", "with HTML entities"},
    {"\\u003d", "with JSON escapes"}, {"\\u003D", "with JSON escapes"}, {"＝", "with a full-width ="},
};

struct End {
  std::string_view text, note;
};
constexpr End ends[] = {
    {"\\r\\n", "with a literal \\r\\n at its end"}, {"\\n", "with a literal \\n at its end"},
    {"\\r", "with a literal \\r at its end"},       {",", "with a comma at its end"},
    {";", "with a semicolon at its end"},           {".", "with a period at its end"},
    {"\\", "with a backslash at its end"},
};

constexpr std::string_view trim_fix =
    "Strip the value before comparing: no line ending, spaces, quotes or labels.";

/// Authentication schemes, which may precede the value.
constexpr std::string_view schemes[] = {"Bearer", "HMAC-SHA256", "HMAC",  "Signature",
                                        "ALO",    "Basic",       "Digest"};

/// Removes one layer of `text` at a time and describes it; nullopt if there is none left.
class Peeler {
 public:
  explicit Peeler(std::string& text) : text_(text) {}

  std::optional<TextFault> peel() {
    for (const auto step : {&Peeler::ends_of_line, &Peeler::hidden, &Peeler::escape, &Peeler::label,
                            &Peeler::file_name, &Peeler::print, &Peeler::wrapping, &Peeler::literal_end,
                            &Peeler::scheme, &Peeler::prefix, &Peeler::stray_quote}) {
      if (auto fault = (this->*step)()) return fault;
    }
    return std::nullopt;
  }

 private:
  std::optional<TextFault> ends_of_line() {
    std::string inside(trimmed(text_, {" \t\r\n\v\f\0", 7}));
    if (inside == text_) return std::nullopt;
    const std::string_view behind = std::string_view(text_).substr(text_.find(inside) + inside.size());
    const bool is_at_end = text_.starts_with(inside);
    text_ = std::move(inside);
    if (is_at_end && behind == "\r") {
      return TextFault{
          "with a carriage return at its end",
          "Strip the line ending: the value was read from a file or a log with CR LF line endings."};
    }
    if (is_at_end && (behind == "\n" || behind == "\r\n"))
      return TextFault{"with a newline at its end", trim_fix};
    if (behind.find('\0') != std::string_view::npos) {
      return TextFault{"with a NUL byte at its end", "Leave out the NUL that ends a C string."};
    }
    return TextFault{is_at_end ? "with whitespace at its end" : "with whitespace around it", trim_fix};
  }

  std::optional<TextFault> hidden() {
    std::string inside = without_hidden_characters(text_);
    if (inside == text_) return std::nullopt;
    text_ = std::move(inside);
    return TextFault{"with invisible characters in it", "Copy it again as plain text."};
  }

  std::optional<TextFault> escape() {
    constexpr std::string_view version = "v0";
    if (!text_.starts_with(version)) return std::nullopt;
    const std::string_view rest = std::string_view(text_).substr(version.size());
    const auto found =
        std::ranges::find_if(escapes, [rest](const Escape& one) { return rest.starts_with(one.text); });
    if (found == std::end(escapes)) return std::nullopt;
    text_.replace(version.size(), found->text.size(), "=");
    return TextFault{std::string(found->note),
                     "Take the value as it is in the header, or decode it once more."};
  }

  /// `X-ALO-Signature: v0=…`, `"x-alo-signature": …`, `-H X-ALO-Signature=…`, and openssl's `HMAC-SHA256(stdin)= …`.
  std::optional<TextFault> label() {
    const std::size_t mark = text_.find_first_of(":=\t ");
    for (std::size_t at = mark; at < longest_label; at = text_.find_first_of(":=\t ", at + 1)) {
      std::string name = lower_case(trimmed(std::string_view(text_).substr(0, at), " \t\"'[(-"));
      std::ranges::replace(name, '_', '-');
      const bool is_header =
          name.ends_with("alo-signature") || name == "signature" || name == "sig" || name == "mac";
      const bool is_openssl = name.ends_with(")") && (name.find("stdin") != std::string::npos ||
                                                      name.find("sha") != std::string::npos);
      if (!is_header && !is_openssl) continue;
      text_ = trimmed(std::string_view(text_).substr(at), " \t:=>\"'])");
      if (is_openssl)
        return TextFault{"with openssl's label before it",
                         "Take the last word of openssl's output, or use openssl dgst -r."};
      return TextFault{"with the header's name before it", "Pass the header's value alone."};
    }
    return std::nullopt;
  }

  /// Removes `4da9…  -` and `4da9… *body.json`, as printed by sha256sum and openssl dgst -r.
  std::optional<TextFault> file_name() {
    const std::size_t space = text_.find(' ');
    if (space == std::string::npos || space < 32 || space + 1 == text_.size()) return std::nullopt;
    const std::string_view digits = std::string_view(text_).substr(0, space);
    const char mark = text_[space + 1];
    if (!std::ranges::all_of(digits, is_hex_digit) || (mark != ' ' && mark != '*')) return std::nullopt;
    text_ = std::string(digits);
    return TextFault{"with a file name after it, as sha256sum prints", "Take the first word of the output."};
  }

  /// Removes `b'…'` of Python, `\x…` of PostgreSQL, `x'…'` of MySQL, `0x…`, and `<Buffer …>` of Node.
  std::optional<TextFault> print() {
    for (const std::string_view open : {"b'", "b\"", "x'", "X'"}) {
      if (text_.size() < 4 || !text_.starts_with(open) || text_.back() != open[1]) continue;
      text_ = text_.substr(2, text_.size() - 3);
      if (open[0] == 'b') {
        return TextFault{"as Python prints bytes, b'…'",
                         "Decode the bytes: mac.hexdigest(), or .decode() instead of str()."};
      }
      return TextFault{"as a binary literal, x'…'", "Write the digits alone."};
    }
    if (text_.starts_with("<Buffer ") && text_.ends_with('>')) {
      text_ = text_.substr(8, text_.size() - 9);
      return TextFault{"as Node prints a Buffer", "Use digest('hex') instead of printing the Buffer."};
    }
    for (const std::string_view open : {"0x", "0X", "\\x"}) {
      if (!text_.starts_with(open) || text_.find(open, 2) != std::string::npos) continue;
      text_.erase(0, 2);
      return TextFault{fmt::format("with {} before it", open), "Write the digits alone."};
    }
    return std::nullopt;
  }

  std::optional<TextFault> wrapping() {
    for (const auto& [open, close, note] : wrappings) {
      if (text_.size() <= open.size() + close.size() || !text_.starts_with(open) || !text_.ends_with(close))
        continue;
      text_ = text_.substr(open.size(), text_.size() - open.size() - close.size());
      return TextFault{std::string(note), trim_fix};
    }
    return std::nullopt;
  }

  std::optional<TextFault> literal_end() {
    for (const auto& [mark, note] : ends) {
      if (text_.size() <= 8 + mark.size() || !text_.ends_with(mark)) continue;
      text_.resize(text_.size() - mark.size());
      return TextFault{std::string(note), trim_fix};
    }
    return std::nullopt;
  }

  std::optional<TextFault> scheme() {
    const std::size_t space = text_.find(' ');
    if (space == std::string::npos) return std::nullopt;
    const std::string_view word = std::string_view(text_).substr(0, space);
    if (std::ranges::find(schemes, word) == std::end(schemes)) return std::nullopt;
    TextFault fault{fmt::format("after the word {}", word),
                    "Write v0= and the digits, without an authentication scheme."};
    text_ = trimmed(std::string_view(text_).substr(space));
    return fault;
  }

  std::optional<TextFault> prefix() {
    const auto found =
        std::ranges::find_if(prefixes, [this](std::string_view prefix) { return text_.starts_with(prefix); });
    if (found == std::end(prefixes)) return std::nullopt;
    text_.erase(0, found->size());
    return TextFault{fmt::format("with the prefix \"{}\"", *found)};
  }

  /// Removes a quote without a counterpart, once the digits have no other decoration.
  std::optional<TextFault> stray_quote() {
    for (const std::string_view mark : {"\"", "'", "`", "\\\""}) {
      if (text_.size() > 8 && text_.starts_with(mark)) {
        text_.erase(0, mark.size());
        return TextFault{"with a quote before it", trim_fix};
      }
      if (text_.size() > 8 && text_.ends_with(mark)) {
        text_.resize(text_.size() - mark.size());
        return TextFault{"with a quote at its end", trim_fix};
      }
    }
    return std::nullopt;
  }

  std::string& text_;
};

}  // namespace

BareMac bare_mac(std::string_view value) {
  BareMac mac{std::string(value), {}, false};
  if (value.find("\"data\":[") != std::string_view::npos) return mac;  // JSON.stringify of a Buffer
  Peeler peeler(mac.digits);
  for (int i = 0; i < most_layers && !mac.digits.empty(); ++i) {
    auto fault = peeler.peel();
    if (!fault) break;
    if (!mac.has_version && fault->note == "with the prefix \"v0=\"") {
      mac.has_version = true;  // this is where it belongs
    } else {
      mac.faults.push_back(std::move(*fault));
    }
  }
  return mac;
}

std::string joined_notes(const std::vector<TextFault>& faults) {
  std::string out;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const bool is_repeated =
        std::ranges::find(faults.begin(), faults.begin() + static_cast<std::ptrdiff_t>(i), faults[i].note,
                          &TextFault::note) != faults.begin() + static_cast<std::ptrdiff_t>(i);
    if (is_repeated) continue;
    out += (out.empty() ? "" : i + 1 == faults.size() ? " and " : ", ") + faults[i].note;
  }
  return out;
}

}  // namespace alohook
