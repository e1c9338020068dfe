#include "check/reproduction.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/codec.h"
#include "http/url.h"
#include "sender/shell.h"

namespace alohook {
namespace {

constexpr std::size_t longest_inline_body = 3000;  // bytes that may be part of a command line
constexpr std::size_t min_expecting_body =
    1024;  // older versions of curl wait for a "100 Continue" from this size on

/// Returns whether this fits into a shell word and a header sent by curl.
bool is_one_line(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= ' ' || c == '\t'; });
}

/// Headers that both alohook and curl send by themselves but differently, and the header that only identifies a check.
bool is_usual(const Header& header) {
  return equal_ignoring_case(header.name, "User-Agent") || header.name == check_header ||
         (equal_ignoring_case(header.name, "Accept") && header.value == "*/*");
}

bool is_of_signature(const Header& header) {
  return equal_ignoring_case(header.name, signature_header) ||
         equal_ignoring_case(header.name, timestamp_header);
}

/// Returns whether only alohook can frame the request like this or sign it incorrectly in this way.
bool needs_alohook(const CheckRequest& trial, const Headers& headers) {
  return trial.form == WireForm::segmented || trial.form == WireForm::dripping ||
         (trial.is_wrong && trial.shell_signature.empty() && trial.forgery.empty()) ||
         !std::ranges::all_of(headers, is_one_line, &Header::value);
}

/// Returns the command that produces the incorrect signature, for a shell with `$F` and `$T`.
std::string filled_in(std::string signature, const std::string& secret) {
  constexpr std::string_view placeholder = "{secret}";
  const auto at = signature.find(placeholder);
  if (at != std::string::npos) signature.replace(at, placeholder.size(), secret);
  return signature;
}

/// Builds the commands for one trial.
class Commands {
 public:
  Commands(const CheckRequest& trial, std::string_view check_id, const CheckSession& session)
      : trial_(trial),
        settings_(session.settings()),
        id_(check_id),
        encoding_(fmt::format(" --encoding {}", name_of(session.encoding()))) {}

  Reproduction make() && {
    if (!settings_.again.setup.empty()) result_.commands.push_back(settings_.again.setup);
    Headers headers;  // those that are listed in the command
    std::ranges::copy_if(trial_.request.headers, std::back_inserter(headers), [&](const Header& header) {
      const bool is_made_again = trial_.is_wrong || trial_.how == CheckRequest::Signed::correctly;
      return !is_usual(header) && !(is_made_again && is_of_signature(header));
    });
    if (needs_alohook(trial_, headers)) {
      result_.commands.push_back(check_command(settings_) + fmt::format(" --only {} -v", id_));
      return std::move(result_);
    }
    add_body();
    if (trial_.forgery.empty()) {
      add_curl(headers);
    } else {
      add_forgery();
    }
    return std::move(result_);
  }

 private:
  void add_body() {
    result_.file = fmt::format("{}.body", id_);
    result_.body = trial_.request.body;
    if (result_.body.size() > longest_inline_body) return;
    result_.commands.push_back(
        fmt::format("printf %s {} | base64 -d > {}", shell_word(base64_encode(result_.body)), result_.file));
  }

  void add_forgery() {
    std::string send = fmt::format("alohook send {} {}{}{}", result_.file, shell_argument(settings_.url),
                                   settings_.again.secret, settings_.again.connection);
    for (const Header& header : settings_.headers) {
      if (!is_usual(header)) send += " --header " + shell_word(header.name + ": " + header.value);
    }
    result_.commands.push_back(
        fmt::format("{}{} --bad {} --print curl | sh", send, encoding_, trial_.forgery));
  }

  void add_curl(const Headers& headers) {
    const Url url = parse_url(settings_.url);
    std::string curl = fmt::format("curl -i -X {}{}{}", trial_.request.method,
                                   curl_url_options(url, trial_.request.target), settings_.again.curl);
    if (trial_.is_wrong) {
      const std::string offset = trial_.offset_s == 0 ? "" : fmt::format("{:+}", trial_.offset_s);
      result_.commands.push_back(fmt::format("F={}; T=$(($(date +%s){}))", result_.file, offset));
      curl += fmt::format(" -H \"{}: $T\" -H \"{}: {}\"", timestamp_header, signature_header,
                          filled_in(trial_.shell_signature, settings_.again.secret));
    } else if (trial_.how == CheckRequest::Signed::correctly) {
      const std::string time =
          trial_.offset_s == 0 ? "" : fmt::format(" --timestamp $(($(date +%s){:+}))", trial_.offset_s);
      result_.commands.push_back(fmt::format("alohook sign {}{}{}{} > {}.headers", result_.file,
                                             settings_.again.secret, encoding_, time, id_));
      curl += fmt::format(" -H @{}.headers", id_);
    }
    for (const auto& [name, value] : headers) {
      // curl omits a header with an empty value unless it is written with a semicolon.
      curl += " -H " + shell_word(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
    }
    // Suppress the headers that curl would add by itself.
    if (!header_value(trial_.request.headers, "Content-Type")) curl += " -H 'Content-Type:'";
    if (trial_.request.body.size() >= min_expecting_body) curl += " -H 'Expect:'";
    if (trial_.form == WireForm::chunked) curl += " -H 'Transfer-Encoding: chunked'";
    result_.commands.push_back(fmt::format("{} --data-binary @{} {}", curl, result_.file,
                                           shell_word(curl_url(url, trial_.request.target))));
  }

  const CheckRequest& trial_;
  const CheckSettings& settings_;
  std::string id_;
  std::string encoding_;
  Reproduction result_;
};

}  // namespace

std::string check_command(const CheckSettings& settings) {
  return fmt::format("alohook check {}{}{}{}{}", shell_argument(settings.url), settings.again.secret,
                     settings.again.connection, settings.again.check,
                     settings.with_stress ? " --stress" : "");
}

Reproduction reproduce(const CheckRequest& trial, std::string_view check_id, const CheckSession& session) {
  return Commands(trial, check_id, session).make();
}

}  // namespace alohook
