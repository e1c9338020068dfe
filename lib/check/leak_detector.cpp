#include "check/leak_detector.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"
#include "base/text.h"
#include "signing/signature.h"

namespace alohook {
namespace {

constexpr std::size_t shortest_secret = 8;  // a shorter one may occur in a response by chance
constexpr std::size_t most_searched = 256 * 1024;
constexpr std::size_t most_sightings = 20;

std::string without_padding(std::string base64) {
  base64.resize(base64.find_last_not_of('=') + 1);
  return base64;
}

/// Texts that occur only in stack traces and debug pages.
constexpr std::string_view trace_marks[] = {
    "Traceback (most recent call last)",
    "node_modules/",
    "Werkzeug Debugger",
    "DJANGO_SETTINGS_MODULE",
    "goroutine 1 [",
    "runtime/debug.Stack",
    "Action Controller: Exception caught",
    "Full Trace</a>",
    "Application Trace",
    "Exception in thread \"",
    "Whoops, looks like something went wrong",
    "Stack trace:\n#0",
    "<b>Fatal error</b>",
    "Whitelabel Error Page",
    "thread 'main' panicked at",
};

/// What precedes a line number in a stack trace: the extension of a source file.
constexpr std::string_view place_marks[] = {
    ".js:", ".mjs:",  ".cjs:", ".ts:",      ".rb:",         ".php:", ".php(", ".php on line ",
    ".go:", ".java:", ".kt:",  ".cs:line ", ".py\", line ", ".rs:",  ".ex:",
};

std::string_view trace_in(std::string_view text) {
  for (const std::string_view mark : trace_marks) {
    if (text.find(mark) != std::string_view::npos) return mark;
  }
  for (const std::string_view mark : place_marks) {
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
      const std::size_t number = at + mark.size();
      if (at > 0 && number < text.size() && is_digit(text[number])) return mark;
    }
  }
  return {};
}

/// Returns the text of a response, truncated to a limit.
std::string text_of(const Response& response) {
  std::string text = response.reason + "\n";
  for (const auto& [name, value] : response.headers) text += fmt::format("{}: {}\n", name, value);
  return text + response.body.substr(0, most_searched);
}

}  // namespace

LeakDetector::LeakDetector(const Secret& secret) : secret_(secret.bytes()) {
  if (secret_.size() < shortest_secret) return;
  const std::string hex = hex_encode(secret_);
  patterns_ = {{secret_, "the secret"},
               {hex, "the secret in hex"},
               {hex_encode_upper(secret_), "the secret in hex"},
               {without_padding(base64_encode(secret_)), "the secret in Base64"}};
}

void LeakDetector::look(const Request& request, const std::string& sent, const Exchange& exchange,
                        Reaction reaction, Pace pace) {
  if (!exchange.response) return;
  ++answers_;
  if (reaction == Reaction::accepted && pace == Pace::ordinary) times_.push_back(exchange.elapsed);
  const std::string text = text_of(*exchange.response);
  if (const auto mark = trace_in(text); !mark.empty() && traces_.size() < most_sightings) {
    traces_.push_back({sent, fmt::format("{} that contains \"{}\"", exchange.response->status,
                                         mark.substr(0, mark.find('\n')))});
  }
  std::vector<Pattern> patterns = patterns_;
  if (const auto timestamp = header_value(request.headers, timestamp_header)) {
    const std::string right(bytes_of(mac(Secret(secret_), *timestamp, request.body)));
    const std::string hex = hex_encode(right);
    patterns.push_back({hex, "the valid signature"});
    patterns.push_back({hex_encode_upper(right), "the valid signature"});
    patterns.push_back({without_padding(base64_encode(right)), "the valid signature"});
  }
  for (const Pattern& pattern : patterns) {
    if (text.find(pattern.text) == std::string::npos || leaks_.size() >= most_sightings) continue;
    // A response may echo the request's headers.
    const auto holds = [&](const Header& header) {
      return header.value.find(pattern.text) != std::string::npos;
    };
    if (std::ranges::any_of(request.headers, holds)) continue;
    leaks_.push_back({sent, fmt::format("{} that contains {}", exchange.response->status, pattern.name)});
  }
}

void LeakDetector::note_redirect(const std::string& sent, const Exchange& masked, Reaction reaction) {
  if (reaction != Reaction::redirected || redirects_.size() >= most_sightings) return;
  redirects_.push_back({sent, describe_answer(masked)});
}

}  // namespace alohook
