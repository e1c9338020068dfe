#include "check/challenge_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "base/text.h"
#include "base/visible.h"
#include "json/json_string.h"
#include "json/json_text.h"
#include "sender/advice.h"

namespace alohook {
namespace {

constexpr std::size_t longest_value = 80;  // of a quoted value
constexpr int deepest_envelope = 4;

/// A mistake in an otherwise correct body, and how to avoid it.
struct Slip {
  std::string what;
  std::string fix;
};
using Found = std::optional<Slip>;

std::string quote_start(std::string_view text) { return shortened(text, longest_value); }

/// Returns the text of an object's string member.
std::optional<std::string> member_text(const JsonText& json, JsonText::Index object, std::string_view key) {
  if (json.kind(object) != JsonText::Kind::object) return std::nullopt;
  const auto value = json.member(object, key);
  if (!value || json.kind(*value) != JsonText::Kind::string) return std::nullopt;
  return unescape_json_string(json.raw(*value));
}

/// Returns whether this is JSON that has the challenge where ALO looks for it.
bool is_right_body(std::string_view text, std::string_view challenge) {
  const auto json = JsonText::parse(text);
  return json && member_text(*json, JsonText::root, "challenge") == challenge;
}

Found compressed(const Response& response, std::string_view) {
  const auto encoding = header_value(response.headers, "Content-Encoding");
  const bool is_gzip = response.body.starts_with("\x1f\x8b");
  if (!is_gzip && (!encoding || equal_ignoring_case(*encoding, "identity"))) return std::nullopt;
  return Slip{fmt::format("a body compressed with {}, which was not requested",
                          encoding ? quote_start(*encoding) : "gzip"),
              "Compress only when the request has Accept-Encoding, or leave this path out of compression."};
}

Found marked(const Response& response, std::string_view) {
  if (!response.body.starts_with("\xEF\xBB\xBF")) return std::nullopt;
  return Slip{"a byte order mark (EF BB BF) before the JSON",
              "Write UTF-8 without a byte order mark. In PHP and .NET, save the source file or open the "
              "writer without "
              "one."};
}

Found in_utf16(const Response& response, std::string_view) {
  const std::string& body = response.body;
  const bool is_utf16 = body.starts_with("\xFF\xFE") || body.starts_with("\xFE\xFF") ||
                        (body.size() > 3 && (body[0] == '\0' || body[1] == '\0'));
  if (!is_utf16) return std::nullopt;
  return Slip{"JSON in UTF-16", "Encode the response as UTF-8."};
}

Found encoded_twice(const Response& response, std::string_view challenge) {
  const auto json = JsonText::parse(response.body);
  if (!json || json->kind(JsonText::root) != JsonText::Kind::string) return std::nullopt;
  const std::string inside = unescape_json_string(json->raw(JsonText::root));
  if (inside == challenge) {
    return Slip{"the challenge alone, as a JSON string", R"(Respond with the object {"challenge":"…"}.)"};
  }
  if (!is_right_body(inside, challenge)) return std::nullopt;
  return Slip{"JSON encoded twice: a string that holds the object",
              "Pass the object to your framework's JSON response, or the text to its raw one; not the text "
              "to the JSON "
              "one."};
}

/// Returns the path, below `value`, of the member that contains the challenge.
std::optional<std::string> path_to(const JsonText& json, JsonText::Index value, std::string_view challenge,
                                   int depth) {
  if (depth == 0) return std::nullopt;
  for (const JsonText::Index child : json.children(value)) {
    const std::string_view raw_key = json.raw_key(child);
    const std::string step = raw_key.empty() ? "[]" : unescape_json_string(raw_key);
    if (json.kind(child) == JsonText::Kind::string) {
      const std::string text = unescape_json_string(json.raw(child));
      if (text == challenge) return step;
      if (is_right_body(text, challenge)) return step + " (as text)";
      continue;
    }
    if (const auto rest = path_to(json, child, challenge, depth - 1)) return step + "." + *rest;
  }
  return std::nullopt;
}

Found enveloped(const Response& response, std::string_view challenge) {
  const auto json = JsonText::parse(response.body);
  if (!json) return std::nullopt;
  const auto path = path_to(*json, JsonText::root, challenge, deepest_envelope);
  if (!path) return std::nullopt;
  const bool is_top =
      path->find('.') == std::string::npos && json->kind(JsonText::root) == JsonText::Kind::object;
  if (is_top && equal_ignoring_case(*path, "challenge")) {
    return Slip{fmt::format("the key \"{}\"", quote_start(*path)),
                "Keys are case-sensitive: write \"challenge\"."};
  }
  if (is_top && path->find(' ') == std::string::npos) {
    return Slip{fmt::format("the challenge under the key \"{}\"", quote_start(*path)),
                "Write \"challenge\"."};
  }
  const bool is_lambda = json->kind(JsonText::root) == JsonText::Kind::object &&
                         json->member(JsonText::root, "statusCode").has_value();
  return Slip{
      fmt::format("the challenge inside an envelope, at {}", quote_start(*path)),
      is_lambda
          ? "Your function's return value was sent as it is. Turn on the proxy integration, or return the "
            "body only."
          : "Put \"challenge\" at the top level, without a wrapper around it."};
}

Found in_base64(const Response& response, std::string_view challenge) {
  const auto decoded = base64_decode_lenient(trimmed(response.body));
  if (!decoded || !is_right_body(*decoded, challenge)) return std::nullopt;
  return Slip{"the JSON in Base64",
              "Send the text itself; with API Gateway, set isBase64Encoded only for binary."};
}

Found escaped_as_html(const Response& response, std::string_view challenge) {
  std::string text = response.body;
  for (const auto& [from, to] : {std::pair("&quot;", "\""), {"&#34;", "\""}, {"&#x22;", "\""}}) {
    text = replaced(text, from, to);
  }
  const auto begin = text.find('{'), end = text.rfind('}');
  if (text == response.body || begin == std::string::npos || end == std::string::npos || end < begin ||
      !is_right_body(std::string_view(text).substr(begin, end - begin + 1), challenge)) {
    return std::nullopt;
  }
  return Slip{"JSON escaped as HTML (&quot; for quotes)",
              "Render it as JSON, not through an HTML template that escapes."};
}

Found in_single_quotes(const Response& response, std::string_view challenge) {
  const std::string text = replaced(response.body, "'", "\"");
  if (text == response.body || !is_right_body(text, challenge)) return std::nullopt;
  return Slip{"single quotes, which are not JSON",
              "Serialize the object as JSON (Python: json.dumps, not str)."};
}

Found bare(const Response& response, std::string_view challenge) {
  if (trimmed(response.body) != challenge) return std::nullopt;
  return Slip{"the challenge alone, as plain text", R"(Respond with the JSON object {"challenge":"…"}.)"};
}

Found surrounded(const Response& response, std::string_view challenge) {
  const std::string_view body = response.body;
  for (std::size_t begin = body.find('{'); begin != std::string_view::npos;
       begin = body.find('{', begin + 1)) {
    for (std::size_t end = body.find('}', begin); end != std::string_view::npos;
         end = body.find('}', end + 1)) {
      if (!is_right_body(body.substr(begin, end - begin + 1), challenge)) continue;
      const std::string_view before = trimmed(body.substr(0, begin)), after = trimmed(body.substr(end + 1));
      std::string what;
      if (!before.empty()) what = fmt::format("\"{}\" before the JSON", quote_start(before));
      if (!after.empty()) {
        what += fmt::format("{}\"{}\" after the JSON", what.empty() ? "" : " and ", quote_start(after));
      }
      return Slip{what, "Send nothing but the JSON: no warnings, callback, prefix or debug output."};
    }
    if (begin > 64 * 1024) break;
  }
  return std::nullopt;
}

/// Finds where the challenge itself was changed.
Found altered(const Response& response, std::string_view challenge) {
  const auto json = JsonText::parse(response.body);
  const auto value = json ? member_text(*json, JsonText::root, "challenge") : std::nullopt;
  if (!value) return std::nullopt;
  const std::string_view fix = "Copy the value of \"challenge\" from the request unchanged.";
  if (trimmed(*value) == challenge) return Slip{"the challenge with spaces around it", std::string(fix)};
  if (equal_ignoring_case(*value, challenge))
    return Slip{"the challenge in other letter case", std::string(fix)};
  if (value->find(challenge) != std::string::npos) {
    return Slip{fmt::format("the challenge with more around it: \"{}\"", quote_start(*value)),
                std::string(fix)};
  }
  if (!value->empty() && challenge.starts_with(*value)) {
    return Slip{fmt::format("the first {} characters of the challenge", value->size()), std::string(fix)};
  }
  return Slip{fmt::format("another challenge: \"{}\"", quote_start(*value)), std::string(fix)};
}

/// Describes the body if the challenge is nowhere in it.
Slip plain_problem(const Response& response) {
  const std::string fix =
      R"(Respond to type "webhook_url_verification" with {"challenge":"…"}, the value from the request.)";
  if (response.body.empty()) return {"an empty body", fix};
  const auto json = JsonText::parse(response.body);
  if (!json) {
    const bool is_html = trimmed(response.body).starts_with('<');
    return {is_html ? "HTML" : "a body that is not JSON", fix};
  }
  if (json->kind(JsonText::root) != JsonText::Kind::object) return {"JSON that is not an object", fix};
  const auto member = json->member(JsonText::root, "challenge");
  if (!member) return {"an object without \"challenge\"", fix};
  return {"a \"challenge\" that is not a string", fix};
}

}  // namespace

ChallengeFault challenge_status_fault(const Response& response) {
  if (response.status == 200) return {};
  const bool is_rejected = response.status >= 400 && response.status < 500;
  return {"200", std::to_string(response.status),
          response.status >= 300 && response.status < 400 ? "Register the URL that responds itself."
          : is_rejected            ? "Let your server accept a correctly signed challenge."
          : response.status >= 500 ? "Your server fails at the challenge: see its log."
                                   : "Respond with status 200 exactly."};
}

ChallengeFault challenge_redirect_fault(const Url& url, const Response& response) {
  if (response.status < 300 || response.status >= 400) return {};
  const std::string target = redirect_target(url, response);
  if (target.empty())
    return {"a direct response", "a redirect without a Location",
            "Respond at this URL itself: ALO is not known to follow redirects."};
  return {"a direct response", fmt::format("a redirect to {}", target),
          leads_to_login(target)
              ? "Exempt this path from authentication: ALO can't log in."
              : fmt::format("Register {} itself: ALO is not known to follow redirects.", target)};
}

ChallengeFault challenge_type_fault(const Response& response) {
  const auto types = header_values(response.headers, "Content-Type");
  const std::string fix = "Set the header Content-Type: application/json.";
  if (types.empty()) return {"application/json", "no Content-Type", fix};
  if (types.size() > 1) {
    std::string all;
    for (const std::string_view type : types) all += (all.empty() ? "" : " and ") + quote_start(type);
    return {"one Content-Type", fmt::format("{}: {}", types.size(), all),
            "Set the header once: a framework or proxy adds another one."};
  }
  if (is_json_type(types.front())) return {};
  return {"application/json", quote_start(types.front()), fix};
}

ChallengeFault challenge_echo_fault(const Response& response, std::string_view challenge) {
  const bool is_compressed = compressed(response, challenge).has_value();
  if (!is_compressed && is_right_body(response.body, challenge)) return {};
  const std::string expected = fmt::format(R"({{"challenge":"{}"}})", challenge);
  using Finder = Found (*)(const Response&, std::string_view);
  constexpr Finder finders[] = {compressed, marked,     in_utf16,        encoded_twice,
                                enveloped,  in_base64,  escaped_as_html, in_single_quotes,
                                bare,       surrounded, altered};
  for (const Finder find : finders) {
    if (const Found slip = find(response, challenge)) return {expected, slip->what, slip->fix};
  }
  const Slip slip = plain_problem(response);
  return {expected, slip.what, slip.fix};
}

}  // namespace alohook
