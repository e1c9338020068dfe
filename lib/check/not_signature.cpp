#include "check/not_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/visible.h"
#include "check/response_signs.h"
#include "sender/advice.h"

namespace alohook {
namespace {

using In = ResponseSign::In;

// Signs in a 2xx response: another page is served instead of the receiver.
constexpr std::string_view page_signs[] = {"just a moment...",
                                           "type=\"password\"",
                                           "type='password'",
                                           "<div id=\"root\"",
                                           "<div id=\"app\"",
                                           "captcha",
                                           "ngrok",
                                           "localtunnel",
                                           "sign in",
                                           "log in",
                                           "login",
                                           "welcome to nginx",
                                           "it works!"};

std::string lower(std::string_view text) {
  constexpr std::size_t most = 64 * 1024;
  return lower_case(text.substr(0, most));
}

bool has_status(std::string_view statuses, int status) {
  if (statuses.empty()) return true;
  const std::string wanted = std::to_string(status);
  return statuses.find(wanted) != std::string_view::npos;
}

/// Returns what in the response matches the sign; empty if nothing does.
std::string evidence_of(const ResponseSign& sign, const Response& response, const std::string& body) {
  if (!has_status(sign.statuses, response.status)) return {};
  switch (sign.in) {
    case In::status:
      return fmt::format("status {}", response.status);
    case In::body:
      return body.find(sign.value) == std::string::npos
                 ? std::string()
                 : fmt::format("status {} with \"{}\" in the body", response.status, visible(sign.value));
    case In::header:
      for (const std::string_view value : header_values(response.headers, sign.name)) {
        if (lower(value).find(sign.value) == std::string::npos) continue;
        constexpr std::size_t longest = 80;
        return fmt::format("status {} with the header {}: {}", response.status, sign.name,
                           visible(value.substr(0, longest)));
      }
      return {};
  }
  return {};
}

NotSignature finding(Rejecter rejecter, std::string sign) {
  const RejecterText& text = rejecters()[static_cast<std::size_t>(rejecter)];
  return {std::string(text.id), std::string(text.text), std::move(sign), std::string(text.advice)};
}

NotSignature redirect_finding(const Response& response, const Request& request) {
  const std::string location = std::string(header_value(response.headers, "Location").value_or(""));
  constexpr std::size_t longest = 120;
  const std::string shown =
      fmt::format("status {} to {}", response.status, visible(location.substr(0, longest)));
  if (leads_to_login(location)) return finding(Rejecter::login, shown);
  NotSignature found = finding(Rejecter::redirect, shown);
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (location.starts_with("https://")) {
    found.text = "The server redirects to HTTPS or another address.";
  } else if (location.ends_with(path + "/") ||
             (path.ends_with('/') && location.ends_with(path.substr(0, path.size() - 1)))) {
    found.text = "The server redirects to the same path with or without a trailing slash.";
  }
  if (!location.empty())
    found.advice = fmt::format("Use the final URL ({}): ALO may not follow redirects.",
                               visible(location.substr(0, longest)));
  return found;
}

}  // namespace

std::optional<NotSignature> not_about_the_signature(const Response& response, const Request& request) {
  const int status = response.status;
  const std::string body = lower(response.body);
  if (status >= 200 && status < 300) {
    const bool is_page =
        body.find("<html") != std::string::npos || body.find("<!doctype html") != std::string::npos;
    if (!is_page) return std::nullopt;
    for (const std::string_view sign : page_signs) {
      if (body.find(sign) != std::string::npos) {
        return finding(Rejecter::web_page,
                       fmt::format("status {} with an HTML page that contains \"{}\"", status, sign));
      }
    }
    return finding(Rejecter::web_page, fmt::format("status {} with an HTML page", status));
  }
  // A text about the signature comes from the receiver itself, whatever else it says.
  const bool names_signature = body.find("signature") != std::string::npos ||
                               body.find("hmac") != std::string::npos ||
                               body.find("x-alo-") != std::string::npos;
  for (const ResponseSign& sign : response_signs()) {
    if (names_signature && sign.in == In::body) continue;
    if (std::string evidence = evidence_of(sign, response, body); !evidence.empty()) {
      return finding(sign.rejecter, std::move(evidence));
    }
  }
  if (status >= 300 && status < 400) return redirect_finding(response, request);
  return std::nullopt;
}

Cause as_cause(const NotSignature& found) {
  return {found.id, found.text, "the response: " + found.sign, {{"", found.advice}}, true};
}

std::vector<std::string_view> not_signature_ids() {
  std::vector<std::string_view> ids;
  std::ranges::transform(rejecters(), std::back_inserter(ids), &RejecterText::id);
  return ids;
}

}  // namespace alohook
