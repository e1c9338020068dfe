#include "diagnosis/forms/secret_forms.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "base/utf16.h"
#include "signing/secret_check.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::string_view known_prefixes[] = {"whsec_", "v1,", "v0=", "v1=", "sha256=", "base64:", "hex:"};
constexpr std::size_t longest_prefix = 24;  // such as ALO_SIGNING_SECRET=

std::string_view unquoted(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == text.back() &&
                         std::string_view("\"'`").find(text.front()) != std::string_view::npos;
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

/// Replaces the two-character escapes `\n` and `\r` with the control characters.
std::string with_line_ends(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r');
    out += is_escape ? (text[++i] == 'n' ? '\n' : '\r') : text[i];
  }
  return out;
}

/// Adds the secret without what isn't part of it: whitespace, quotes, prefixes, invisible characters.
void add_cleaned(Forms& forms, std::string_view secret) {
  forms.add({std::string(trimmed(secret)), secret_whitespace, none, "without the whitespace around it"});
  forms.add(
      {std::string(unquoted(trimmed(secret))), secret_whitespace, none, "without the quotes around it"});
  forms.add({std::string(trimmed(unquoted(trimmed(secret)))), secret_whitespace, none,
             "without the quotes and whitespace around it"});
  for (const std::string_view prefix : known_prefixes) {
    if (!secret.starts_with(prefix)) continue;
    forms.add({std::string(secret.substr(prefix.size())), secret_prefix, none,
               fmt::format("without its prefix \"{}\"", prefix)});
  }
  const std::size_t mark = secret.substr(0, longest_prefix).find_first_of("_=:,");
  const std::size_t equals = secret.substr(0, longest_prefix).find('=');
  for (const std::size_t end : {mark, equals}) {
    if (end == std::string_view::npos || end + 1 == secret.size()) continue;
    forms.add({std::string(secret.substr(end + 1)), secret_prefix, none,
               fmt::format("without its first {} characters, up to the \"{}\"", end + 1, secret[end])});
  }
  forms.add({without_hidden_characters(secret), secret_hidden_characters, none,
             "without its invisible characters"});
  forms.add({std::string(trimmed(without_hidden_characters(secret))), secret_hidden_characters, none,
             "without its invisible characters and the whitespace around it"});
  if (auto text = utf8_from_utf16(secret)) {
    forms.add({std::string(trimmed(*text)), secret_hidden_characters, none, "read as UTF-16"});
  }
  forms.add({std::string(trimmed(with_line_ends(secret))), secret_unexpanded, none,
             "without the literal \\n at its end"});
  forms.add({with_line_ends(secret), secret_unexpanded, none, "with its literal \\n made a newline"});
}

/// Adds the secret with something extra that isn't part of it.
void add_dirtied(Forms& forms, const std::string& secret) {
  forms.add({secret + "\n", secret_whitespace, none, "with a newline added at its end"});
  forms.add({secret + "\r\n", secret_whitespace, none, "with CR LF added at its end"});
  forms.add({secret + "\r", secret_whitespace, none, "with a carriage return added at its end", true});
  forms.add({secret + " ", secret_whitespace, none, "with a space added at its end"});
  forms.add({" " + secret, secret_whitespace, none, "with a space added at its start"});
  forms.add({"\"" + secret + "\"", secret_whitespace, none, "with double quotes added around it"});
  forms.add({"'" + secret + "'", secret_whitespace, none, "with single quotes added around it"});
  forms.add({"whsec_" + secret, secret_prefix, none, "with the prefix \"whsec_\" added"});
  forms.add({"v1," + secret, secret_prefix, none, "with the prefix \"v1,\" added", true});
  forms.add({secret + "\\n", secret_unexpanded, none, "with a literal \\n added at its end", true});
  forms.add({"\xEF\xBB\xBF" + secret, secret_hidden_characters, none,
             "with a byte order mark added at its start", true});
  if (is_utf8(secret)) {
    forms.add({utf16_from_utf8(secret, ByteOrder::little), secret_hidden_characters, none,
               "written as UTF-16", true});
  }
}

struct Recoding {
  std::optional<std::string> bytes;
  std::string_view note;
  bool rare = false;
};

/// Adds the secret decoded from hex or Base64, and encoded as these.
void add_recoded(Forms& forms, std::string_view secret, const Form& base) {
  const Recoding recodings[] = {
      {hex_decode(secret), "decoded from hex"},
      {base64_decode_lenient(secret), "decoded from Base64"},
      {hex_encode(secret), "encoded as hex", true},
      {base64_encode(secret), "encoded as Base64"},
      {base64url_encode(secret), "encoded as base64url", true},
  };
  for (const Recoding& recoding : recodings) {
    if (!recoding.bytes || recoding.bytes->empty()) continue;
    if (base.cause == none) {
      forms.add({*recoding.bytes, secret_decoded, none, std::string(recoding.note), recoding.rare});
    } else {
      forms.add({*recoding.bytes, base.cause, secret_decoded,
                 fmt::format("{} and {}", base.note, recoding.note), true});
    }
  }
}

}  // namespace

std::vector<Form> secret_forms(std::string_view secret) {
  const std::string text(secret);
  Forms forms;
  forms.add({text});
  add_cleaned(forms, secret);
  const std::vector<Form> clean = forms.list();
  add_dirtied(forms, text);
  for (const Form& base : clean) add_recoded(forms, base.bytes, base);
  return forms.list();
}

}  // namespace alohook
