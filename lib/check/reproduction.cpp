#include "check/reproduction.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"
#include "base/visible.h"
#include "sender/shell.h"

namespace alohook {
namespace {

constexpr std::size_t longest_inline_body = 3000;  // bytes that may stand in a command line

bool is_plain_line(std::string_view text) {
  return is_plain(text) && std::ranges::all_of(text, [](unsigned char c) { return c >= ' '; });
}

/// What alohook and curl send of themselves, each in its own way, and what only marks a check.
bool is_usual(const Header& header) {
  return equal_ignoring_case(header.name, "User-Agent") || header.name == check_header ||
         (equal_ignoring_case(header.name, "Accept") && header.value == "*/*");
}

}  // namespace

Reproduction reproduce(const Trial& trial, std::string_view check_id, const CheckSession& session) {
  const CheckSettings& settings = session.settings();
  const std::string url = shell_word(settings.url);
  Reproduction result;
  const std::string by_alohook =
      fmt::format("alohook check {} --only {}{}", url, check_id, settings.with_stress ? " --stress" : "");
  const bool only_alohook = settings.url.starts_with("unix:") || trial.form == WireForm::segmented ||
                            trial.form == WireForm::dripping ||
                            (trial.is_wrong && trial.shell_signature.empty() && trial.forgery.empty());
  if (only_alohook) {
    result.commands = {by_alohook};
    return result;
  }
  result.file = fmt::format("{}.body", check_id);
  result.body = trial.request.body;
  if (result.body.size() <= longest_inline_body) {
    result.commands.push_back(
        fmt::format("printf %s {} | base64 -d > {}", shell_word(base64_encode(result.body)), result.file));
  }
  if (!trial.forgery.empty()) {
    std::string send = fmt::format("alohook send {} {}", result.file, url);
    for (const Header& header : session.settings().headers) {
      if (!is_usual(header)) send += " --header " + shell_word(header.name + ": " + header.value);
    }
    result.commands.push_back(fmt::format("{} --encoding {} --bad {} --print curl | sh", send,
                                          name_of(session.encoding()), trial.forgery));
    return result;
  }
  std::string curl = fmt::format("curl -i -X {} {}", trial.request.method, url);
  const std::string encoding = fmt::format("--encoding {}", name_of(session.encoding()));
  if (trial.is_wrong) {
    const std::string offset = trial.offset_s == 0 ? "" : fmt::format("{:+}", trial.offset_s);
    result.commands.push_back(fmt::format("F={}; T=$(($(date +%s){}))", result.file, offset));
    curl += fmt::format(" -H \"{}: $T\" -H \"{}: {}\"", timestamp_header, signature_header,
                        trial.shell_signature);
  } else if (trial.how == Trial::Signed::rightly) {
    const std::string time =
        trial.offset_s == 0 ? "" : fmt::format(" --timestamp $(($(date +%s){:+}))", trial.offset_s);
    curl += fmt::format(" -H @<(alohook sign {} {}{})", result.file, encoding, time);
  }
  for (const Header& header : trial.request.headers) {
    const auto& [name, value] = header;
    if (is_usual(header)) continue;
    const bool is_signature =
        equal_ignoring_case(name, signature_header) || equal_ignoring_case(name, timestamp_header);
    if (is_signature && (trial.is_wrong || trial.how == Trial::Signed::rightly)) continue;
    if (!is_plain_line(value)) {
      result = {};
      result.commands = {by_alohook};
      return result;
    }
    // curl leaves out a header with an empty value unless it is written with a semicolon.
    curl += " -H " + shell_word(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  if (trial.form == WireForm::chunked) curl += " -H 'Transfer-Encoding: chunked'";
  result.commands.push_back(fmt::format("{} --data-binary @{}", curl, result.file));
  return result;
}

}  // namespace alohook
