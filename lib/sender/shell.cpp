#include "sender/shell.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/visible.h"

namespace alohook {
namespace {

// Linux allows 128 KiB for one argument.
constexpr std::size_t max_inline_body = 64 * 1024;

// From this size on, older versions of curl wait for the server to ask for the body.
constexpr std::size_t min_expecting_body = 1024;

std::string single_quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + '\'';
}

bool can_be_copied(std::string_view body) {
  return body.size() <= max_inline_body && visible_lines(body) == body;
}

/// Returns options for exactly these headers, and options that suppress the headers that curl would add.
std::string header_options(const Request& request) {
  std::string options;
  const auto add = [&options](const std::string& text) { options += " --header " + shell_word(text); };
  for (const auto& [name, value] : request.headers) {
    if (equal_ignoring_case(name, "Content-Length")) continue;
    add(value.empty() ? name + ';' : fmt::format("{}: {}", name, value));
  }
  for (const auto* name : {"User-Agent", "Accept", "Content-Type"}) {
    if (!header_value(request.headers, name)) add(fmt::format("{}:", name));
  }
  if (request.body.size() >= min_expecting_body && !header_value(request.headers, "Expect")) add("Expect:");
  return options;
}

}  // namespace

std::string curl_url_options(const Url& url, std::string_view target) {
  std::string options;
  if (!url.unix_path.empty()) options += " --unix-socket " + shell_word(url.unix_path);
  if (url.scheme == "https") options += " --http1.1";
  const bool has_globs =
      url.host.find(':') != std::string::npos || target.find_first_of("[]{}") != std::string_view::npos;
  if (has_globs) options += " --globoff";
  const auto path = target.substr(0, target.find('?'));
  for (const auto* dot : {"/.", "%2e", "%2E"}) {
    if (path.find(dot) != std::string_view::npos) return options + " --path-as-is";
  }
  return options;
}

std::string curl_url(const Url& url, std::string_view target) {
  const std::string origin = url.scheme == "unix" ? "http://localhost" : url.scheme + "://" + url.authority();
  return origin + std::string(target);
}

std::string shell_argument(std::string_view text) {
  constexpr std::string_view harmless = "_./:=@%+,-";
  const bool is_harmless = !text.empty() && std::ranges::all_of(text, [&](char c) {
    const bool is_alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_alphanumeric || harmless.find(c) != std::string_view::npos;
  });
  return is_harmless ? std::string(text) : shell_word(text);
}

std::string shell_word(std::string_view text) {
  if (is_plain(text)) return single_quoted(text);
  constexpr std::string_view opening = "\"$(printf '";
  std::string word(opening);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // `!` would trigger history expansion even here, and a leading `-` would be an option.
    const bool is_special = c == '\\' || c == '\'' || c == '!' || word.size() == opening.size();
    if (c == '%') {
      word += "%%";
    } else if (byte < ' ' || byte > '~' || is_special) {
      word += fmt::format("\\{:03o}", byte);
    } else {
      word += c;
    }
  }
  return word + "')\"";
}

std::string curl_command(const Request& request, const Url& url, std::string_view more) {
  std::string text;
  std::string data = "--data-raw " + single_quoted(request.body);
  if (!can_be_copied(request.body)) {
    const std::string digest = hex_encode(hash(HashAlgorithm::sha256, {request.body}));
    const std::string file = fmt::format("alohook-body-{}.bin", digest.substr(0, 8));
    text = fmt::format("printf %s '{}' | base64 -d > {}\n", base64_encode(request.body), file);
    data = "--data-binary @" + file;
  }
  text += fmt::format("curl --include --request {}{}{}{} {} {}\n", request.method,
                      curl_url_options(url, request.target), more, header_options(request), data,
                      shell_word(curl_url(url, request.target)));
  return text;
}

}  // namespace alohook
