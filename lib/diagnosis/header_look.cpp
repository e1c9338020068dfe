#include "diagnosis/header_look.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/spelling.h"
#include "base/text.h"
#include "base/visible.h"
#include "signing/signature.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::size_t nearest_edits = 2;
constexpr std::size_t longest_name = 64;
constexpr std::size_t most_names_shown = 12;

/// Headers that identify other providers' webhooks.
struct Provider {
  std::string_view name;
  std::string_view signature;
  std::string_view timestamp;
};
constexpr Provider providers[] = {
    {"Slack", "X-Slack-Signature", "X-Slack-Request-Timestamp"},
    {"Stripe", "Stripe-Signature", ""},
    {"GitHub", "X-Hub-Signature-256", ""},
    {"GitHub", "X-Hub-Signature", ""},
    {"Standard Webhooks", "webhook-signature", "webhook-timestamp"},
    {"Svix", "svix-signature", "svix-timestamp"},
    {"Shopify", "X-Shopify-Hmac-Sha256", ""},
    {"Twilio", "X-Twilio-Signature", ""},
    {"SendGrid", "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"},
    {"GitLab", "X-Gitlab-Token", ""},
    {"Bitbucket", "X-Hub-Signature-256", ""},
    {"Linear", "Linear-Signature", ""},
    {"PayPal", "PAYPAL-TRANSMISSION-SIG", "PAYPAL-TRANSMISSION-TIME"},
    {"Zoom", "x-zm-signature", "x-zm-request-timestamp"},
    {"Square", "x-square-hmacsha256-signature", ""},
    {"Paddle", "Paddle-Signature", ""},
    {"Zendesk", "X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"},
    {"Intercom", "X-Intercom-Signature", ""},
    {"Discord", "X-Signature-Ed25519", "X-Signature-Timestamp"},
    {"Dropbox", "X-Dropbox-Signature", ""},
};

/// Returns the name in lower case, with dashes.
std::string normal_name(std::string_view name) {
  std::string out = lower_case(name);
  std::ranges::replace(out, '_', '-');
  return out;
}

bool is_of_provider(std::string_view name) {
  return std::ranges::any_of(providers, [name](const Provider& provider) {
    return equal_ignoring_case(name, provider.signature) || equal_ignoring_case(name, provider.timestamp);
  });
}

/// Returns whether a header's name may be a variant of `wanted`: underscores, no `X-`, CGI's `HTTP_`, or a typo.
bool is_near_miss(std::string_view name, std::string_view wanted) {
  if (name.size() > longest_name || equal_ignoring_case(name, wanted) || is_of_provider(name)) return false;
  const std::string given = normal_name(name), right = normal_name(wanted);
  const std::string_view bare = std::string_view(right).substr(2);  // without "x-"
  return given == bare || given == "http-" + right || edit_distance(given, right) <= nearest_edits ||
         edit_distance(given, bare) <= nearest_edits;
}

std::vector<std::string> non_empty_values(const Headers& headers, std::string_view name) {
  std::vector<std::string> values;
  for (const std::string_view value : header_values(headers, name)) {
    if (!value.empty()) values.emplace_back(value);
  }
  return values;
}

std::string proxies(const Headers& headers) {
  const bool has_proxy = std::ranges::any_of(headers, [](const Header& header) {
    const std::string name = normal_name(header.name);
    return name == "via" || name == "forwarded" || name.starts_with("x-forwarded-") ||
           name.starts_with("cf-");
  });
  return has_proxy ? "; the request came through a proxy (Via, Forwarded or X-Forwarded-*)" : "";
}

std::string names(const Headers& headers) {
  std::vector<std::string> shown;
  for (const Header& header : headers) {
    if (shown.size() == most_names_shown) break;
    shown.push_back(visible(std::string_view(header.name).substr(0, longest_name)));
  }
  return shown.empty() ? "no headers came" : fmt::format("headers that came: {}", fmt::join(shown, ", "));
}

/// Finds one of ALO's headers under its own name or a similar one, and records what is wrong with it.
std::vector<std::string> find_header(const Headers& headers, std::string_view wanted, HeaderLook& look) {
  std::vector<std::string> values = non_empty_values(headers, wanted);
  if (values.size() > 1 &&
      std::ranges::all_of(values, [&](const auto& value) { return value == values[0]; })) {
    look.faults.push_back(
        {headers_altered, fmt::format("{} came {} times, with the same value", wanted, values.size())});
  } else if (values.size() > 1 && wanted == timestamp_header) {
    look.faults.push_back(
        {headers_altered, fmt::format("{} came {} times, with different values", wanted, values.size())});
  }
  if (!values.empty()) return values;
  for (const Header& header : headers) {
    if (header.value.empty() || !is_near_miss(header.name, wanted)) continue;
    look.faults.push_back(
        {headers_altered, fmt::format("{} is missing, but {} came", wanted, visible(header.name))});
    return {header.value};
  }
  return {};
}

/// Uses other providers' headers in place of missing ones: their signature may be the one that was meant.
void look_for_providers(const Headers& headers, HeaderLook& look) {
  const bool is_signed = !look.signatures.empty();
  for (const Provider& provider : providers) {
    const auto values = non_empty_values(headers, provider.signature);
    if (values.empty()) continue;
    HeaderRemark remark{other_provider, fmt::format("{} is {}'s header", provider.signature, provider.name)};
    if (is_signed) {
      look.suspects.push_back(std::move(remark));
    } else {
      look.faults.push_back(std::move(remark));
      look.signatures = values;
      if (look.timestamps.empty()) look.timestamps = non_empty_values(headers, provider.timestamp);
    }
    return;
  }
}

void say_what_is_missing(const Headers& headers, HeaderLook& look) {
  if (!look.faults.empty()) return;
  const auto missing = [&](std::string_view name) {
    const bool is_empty = header_value(headers, name).has_value();
    look.faults.push_back(
        {headers_altered, fmt::format("{} {}; {}{}", name, is_empty ? "is empty" : "did not arrive",
                                      names(headers), proxies(headers))});
  };
  // Without any trace of a signature or a proxy, the request simply wasn't signed. The verdict says so already.
  const bool is_unsigned =
      !header_value(headers, signature_header) && !header_value(headers, timestamp_header);
  if (is_unsigned && proxies(headers).empty()) return;
  if (look.signatures.empty()) missing(signature_header);
  if (look.timestamps.empty() && !look.signatures.empty()) missing(timestamp_header);
}

void look_at_compression(const Headers& headers, std::string_view body, HeaderLook& look) {
  const auto coding = header_value(headers, "Content-Encoding");
  if (!coding || coding->empty() || equal_ignoring_case(*coding, "identity")) return;
  const bool is_compressed =
      body.starts_with("\x1f\x8b") || body.starts_with("\x78") || body.starts_with("\x28\xb5\x2f\xfd");
  if (is_compressed || equal_ignoring_case(*coding, "br")) return;
  look.suspects.push_back(
      {body_compressed, fmt::format("Content-Encoding is {}, but the body at hand is not compressed",
                                    visible(coding->substr(0, longest_name)))});
}

/// A saved body whose size doesn't match isn't the body that was sent.
void look_at_length(const Headers& headers, std::string_view body, HeaderLook& look) {
  const auto declared = header_value(headers, "Content-Length");
  std::size_t length = 0;
  if (!declared || header_value(headers, "Content-Encoding")) return;
  const auto [end, error] = std::from_chars(declared->data(), declared->data() + declared->size(), length);
  if (error != std::errc() || end != declared->data() + declared->size() || length == body.size()) return;
  look.suspects.push_back(
      {body_truncated,
       fmt::format("the body has {} bytes, but Content-Length says {}: it isn't the body that was sent",
                   body.size(), length)});
}

}  // namespace

HeaderLook look_at_headers(const Headers& headers, std::string_view body) {
  HeaderLook look;
  look.signatures = find_header(headers, signature_header, look);
  look.timestamps = find_header(headers, timestamp_header, look);
  look_for_providers(headers, look);
  say_what_is_missing(headers, look);
  look_at_compression(headers, body, look);
  look_at_length(headers, body, look);
  return look;
}

}  // namespace alohook
