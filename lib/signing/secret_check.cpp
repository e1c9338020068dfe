#include "signing/secret_check.h"

#include <algorithm>

#include "base/codec.h"
#include "base/text.h"
#include "base/utf16.h"
#include "base/visible.h"
#include "json/json_text.h"

namespace alohook {
namespace {

using enum SecretFault;

constexpr std::size_t short_secret = 16;
constexpr std::size_t longest_name = 48;

bool is_hidden(char32_t c) {
  return c == 0xA0 || c == 0xAD || (c >= 0x2000 && c <= 0x200F) || c == 0x3000 || is_deceptive(c);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// References that another program should have replaced by the secret: how they begin, and what else they have.
struct Reference {
  std::string_view start, end;
};
constexpr Reference references[] = {
    {"${", ""},
    {"$(", ")"},
    {"{{", "}}"},
    {"<%", "%>"},
    {"#{", "}"},
    {"op://", ""},
    {"vault:", ""},
    {"ref+", "://"},
    {"ENC[", "]"},
    {"arn:aws:", ""},
    {"doppler://", ""},
    {"!vault", ""},
    {"@Microsoft.KeyVault(", ")"},
    {"secretKeyRef", ""},
};

bool is_reference(std::string_view text) {
  return std::ranges::any_of(references, [text](const Reference& reference) {
    const std::size_t start = text.find(reference.start);
    return start != std::string_view::npos && contains(text.substr(start), reference.end);
  });
}

/// `%ALO_SECRET%` as the Windows shell writes variables, `<your-secret>` and `[SECRET]` as documentation does.
bool is_placeholder(std::string_view text) {
  const auto wrapped_in = [text](char open, char close) {
    return text.size() > 2 && text.front() == open && text.back() == close &&
           std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) {
             return is_alphanumeric(c) || contains("_-. ", {&c, 1});
           });
  };
  return wrapped_in('%', '%') || wrapped_in('<', '>') || wrapped_in('[', ']');
}

/// `NAME=value` as in .env files, `export NAME=value`, `name: value` as in YAML. Base64 ends in `=` too.
bool is_assignment(std::string_view text) {
  if (text.starts_with("export ")) text.remove_prefix(7);
  const std::size_t mark = text.find_first_of("=:");
  if (mark == std::string_view::npos || mark == 0 || mark > longest_name || mark + 1 == text.size())
    return false;
  const std::string_view name = trimmed(text.substr(0, mark), blanks);
  const std::string_view value = text.substr(mark + 1);
  const bool is_name = !is_digit(name.empty() ? '0' : name[0]) && std::ranges::all_of(name, [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '.';
  });
  if (!is_name || value.find_first_not_of('=') == std::string_view::npos) return false;
  if (text[mark] == ':' && value[0] != ' ') return false;
  const bool is_variable = std::ranges::none_of(name, [](char c) { return is_letter(c) && !is_upper(c); });
  const std::string lower = lower_case(name);
  return is_variable || contains(lower, "secret") || contains(lower, "key") || contains(lower, "token");
}

/// `****`, `••••1234`, `xxxxxxxx`, `8f74…85a5`: what a dashboard or a log shows in place of a secret.
bool is_masked(std::string_view text) {
  if (contains(text, "***") || contains(text, "•••") || contains(text, "●●●") || contains(text, "…"))
    return true;
  if (text.starts_with("...") || text.ends_with("...")) return true;
  constexpr std::size_t fewest_crossed = 6, most_shown = 6;
  const std::size_t crossed = std::min(text.find_first_not_of("xX"), text.size());
  if (crossed >= fewest_crossed && text.size() - crossed <= most_shown) return true;
  const char first = lower_case(text[0]);
  return text.size() >= 4 && (first == 'x' || first == '.' || first == '-' || first == '#') &&
         std::ranges::all_of(text, [first](char c) { return lower_case(c) == first; });
}

/// What the whole text is instead of a secret, or nothing.
std::string_view other_kind(std::string_view text) {
  if (contains(text, "-----BEGIN ")) return "is a PEM key or certificate";
  if (text.starts_with("<!") || text.starts_with("<html") || text.starts_with("<?xml"))
    return "is a web page or XML";
  const bool is_object = text.starts_with('{') || text.starts_with('[');
  if (is_object && JsonText::parse(text)) return "is JSON; give the value alone";
  if (text.find_first_of("\r\n") != std::string_view::npos) {
    return trimmed(text).starts_with('#') ? "has a comment and several lines; give the secret alone"
                                          : "has several lines; give the secret alone";
  }
  if (text.starts_with("# ") || text.starts_with("//")) return "is a comment";
  if (is_assignment(text)) return "is written as NAME=value; give the value alone";
  return {};
}

void look_at_ends(std::string_view secret, std::vector<SecretRemark>& remarks) {
  if (contains(whitespace, secret.substr(0, 1)))
    remarks.push_back({outer_whitespace, "starts with whitespace", true});
  if (secret.back() == '\n') {
    remarks.push_back({outer_whitespace, "ends in a newline", true});
  } else if (contains(whitespace, secret.substr(secret.size() - 1))) {
    remarks.push_back({outer_whitespace, "ends in whitespace", true});
  }
  const std::string_view inside = trimmed(secret);
  constexpr std::string_view quote_marks = "\"'`";
  if (!inside.empty() && (contains(quote_marks, inside.substr(0, 1)) ||
                          contains(quote_marks, inside.substr(inside.size() - 1)))) {
    remarks.push_back({quotes, "has quotes around it", true});
  }
}

}  // namespace

std::string without_hidden_characters(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    if (!c.valid || c.value < 0x80 || !is_hidden(c.value)) out += text.substr(i, c.length);
    i += c.length;
  }
  return out;
}

std::vector<SecretRemark> look_at_secret(std::string_view secret) {
  std::vector<SecretRemark> remarks;
  if (secret.empty()) return {{outer_whitespace, "is empty", true}};
  if (utf8_from_utf16(secret)) return {{hidden_characters, "is UTF-16 text; save it as UTF-8", true}};
  if (contains(secret, {"\0", 1})) return {{hidden_characters, "contains a NUL byte", true}};
  if (!is_utf8(secret)) return {};  // raw bytes may be a secret
  if (secret.starts_with("\xEF\xBB\xBF")) {
    remarks.push_back(
        {hidden_characters, "starts with a byte order mark; save it as UTF-8 without one", true});
    secret.remove_prefix(3);
    if (secret.empty()) return remarks;
  }
  if (contains(secret, "${")) {
    remarks.push_back({unexpanded, "contains an unexpanded ${…}", true});
  } else if (is_reference(secret)) {
    remarks.push_back({unexpanded, "is a reference that nothing has resolved", true});
  } else if (is_placeholder(secret)) {
    remarks.push_back({unexpanded, "is a placeholder", true});
  } else if (secret.starts_with('$')) {
    remarks.push_back({unexpanded, "looks like a variable that wasn't expanded"});
  }
  const std::string_view kind = other_kind(trimmed(secret) == secret ? secret : trimmed(secret));
  if (!kind.empty()) remarks.push_back({other_text, std::string(kind), true});
  look_at_ends(secret, remarks);
  if (is_masked(secret)) remarks.push_back({unexpanded, "is masked; copy the secret itself", true});
  if (secret.ends_with("\\n") || secret.ends_with("\\r")) {
    remarks.push_back({unexpanded, "ends in a backslash and a letter, where a newline may have been meant"});
  }
  if (without_hidden_characters(secret) != secret) {
    remarks.push_back({hidden_characters, "contains invisible characters", true});
  } else if (std::ranges::any_of(secret, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    remarks.push_back({hidden_characters, "contains characters that aren't ASCII"});
  } else if (std::ranges::any_of(secret,
                                 [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }) &&
             trimmed(secret) == secret && secret.find_first_of("\t\r\n") == std::string_view::npos) {
    remarks.push_back({hidden_characters, "contains control characters", true});
  }
  return remarks;
}

bool is_short_secret(std::string_view secret) { return secret.size() < short_secret; }

}  // namespace alohook
