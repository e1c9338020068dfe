#include "sender/request_export.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "base/error.h"
#include "base/visible.h"
#include "json/json_line.h"
#include "json/json_string.h"
#include "sender/shell.h"

namespace alohook {
namespace {

bool is_length(const Header& header) { return equal_ignoring_case(header.name, "Content-Length"); }

std::string http_text(const Request& request, const Url& url) {
  const auto host = header_value(request.headers, "Host");
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.target,
                                 host ? *host : url.authority());
  for (const Header& header : request.headers) {
    if (is_length(header) || equal_ignoring_case(header.name, "Host")) continue;
    text += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  return text + fmt::format("Content-Length: {}\r\n\r\n", request.body.size()) + request.body;
}

std::string absolute_url(const Request& request, const Url& url) {
  if (url.scheme == "unix") return "http://localhost" + request.target;
  return fmt::format("{}://{}{}", url.scheme, url.authority(), request.target);
}

/// Escapes what Hurl would parse as a comment, an escape or a variable, and characters that could deceive a terminal's
/// user.
std::string hurl_string(std::string_view text, std::string_view special) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = code_point_at(text, i);
    const bool is_special = special.find(text[i]) != std::string_view::npos;
    if (is_special || is_deceptive(point.value)) {
      out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(point.value));
    } else {
      out.append(text.substr(i, point.length));
    }
    i += point.length;
  }
  return out;
}

std::string hurl_entry(const Request& request, const Url& url, std::string_view name) {
  check_is_text(request, "hurl");
  std::string text = fmt::format("# {}\n{} {}\n", visible(name), request.method,
                                 hurl_string(absolute_url(request, url), "#\\{}"));
  for (const Header& header : request.headers) {
    if (is_length(header)) continue;
    const std::string value = hurl_string(header.value, "#\\{}");
    text +=
        fmt::format("{}:{}{}\n", hurl_string(header.name, "!#%&'*+^`|~"), value.empty() ? "" : " ", value);
  }
  // Hurl's grammar doesn't allow empty Base64.
  text += request.body.empty() ? "hex,;\n" : fmt::format("base64,{};\n", base64_encode(request.body));
  return text + "HTTP *\n\n";
}

/// Joins JSON texts into an array.
std::string json_array(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ","));
}

std::string name_and_value(std::string_view name, std::string_view value) {
  return JsonLine().string("name", name).string("value", value).take();
}

/// Returns the pairs of a query as written, without percent-decoding.
std::string har_query(std::string_view target) {
  std::vector<std::string> pairs;
  const auto question_mark = target.find('?');
  if (question_mark == std::string_view::npos) return "[]";
  std::string_view query = target.substr(question_mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      pairs.push_back(name_and_value(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size()))));
    }
  }
  return json_array(pairs);
}

std::string har_body(const Request& request) {
  JsonLine line;
  line.string("mimeType", header_value(request.headers, "Content-Type").value_or(""));
  if (is_utf8(request.body)) return line.string("text", request.body).take();
  return line.string("text", base64_encode(request.body)).string("_encoding", "base64").take();
}

std::string har_request(const Request& request, const Url& url) {
  std::vector<std::string> headers;
  for (const Header& header : request.headers) headers.push_back(name_and_value(header.name, header.value));
  JsonLine line;
  line.string("method", request.method)
      .string("url", absolute_url(request, url))
      .string("httpVersion", "HTTP/1.1")
      .json("cookies", "[]")
      .json("headers", json_array(headers))
      .json("queryString", har_query(request.target));
  if (!request.body.empty()) line.json("postData", har_body(request));
  return line.number("headersSize", -1)
      .number("bodySize", static_cast<std::int64_t>(request.body.size()))
      .take();
}

constexpr std::string_view no_har_response =
    R"({"status":0,"statusText":"","httpVersion":"HTTP/1.1","cookies":[],"headers":[],)"
    R"("content":{"size":0,"mimeType":"x-unknown"},"redirectURL":"","headersSize":-1,"bodySize":-1})";

std::string har_entry(const Request& request, const Url& url, std::string_view name, Time at) {
  check_is_text(request, "har");
  return JsonLine()
      .string("startedDateTime", iso8601(at))
      .number("time", 0)
      .json("request", har_request(request, url))
      .json("response", no_har_response)
      .json("cache", "{}")
      .json("timings", R"({"send":0,"wait":0,"receive":0})")
      .string("comment", name)
      .take();
}

std::string vegeta_target(const Request& request, const Url& url) {
  check_is_text(request, "vegeta");
  std::vector<std::pair<std::string, std::vector<std::string>>>
      headers;  // values by name, in order of appearance
  for (const Header& header : request.headers) {
    if (is_length(header)) continue;
    auto found = std::ranges::find(headers, header.name, [](const auto& entry) { return entry.first; });
    if (found == headers.end()) found = headers.insert(headers.end(), {header.name, {}});
    found->second.push_back(quote_json_string(header.value));
  }
  JsonLine values;
  for (const auto& [name, quoted] : headers) values.json(name, json_array(quoted));
  return JsonLine()
             .string("method", request.method)
             .string("url", absolute_url(request, url))
             .string("body", base64_encode(request.body))
             .json("header", values.take())
             .take() +
         '\n';
}

}  // namespace

void check_exportable(const Request& request) {
  const bool has_bad_target =
      request.target.empty() ||
      std::ranges::any_of(request.target, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (!is_header_name(request.method) || has_bad_target) {
    throw Error(fmt::format("\"{} {}\" can't be written as a request", visible(request.method),
                            visible(request.target)));
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_header_name(name) || !is_header_value(value)) {
      throw Error(
          fmt::format("the header \"{}\" can't be sent: it holds a byte that ends it", visible(name)));
    }
    if (equal_ignoring_case(name, "Transfer-Encoding")) {
      throw Error(fmt::format("the header \"{}\" can't be sent: it does not fit the body", name),
                  "leave it out");
    }
  }
}

void check_is_text(const Request& request, std::string_view form) {
  for (const auto& [name, value] : request.headers) {
    if (!is_utf8(value)) {
      throw Error(fmt::format("the header \"{}\" can't be written as {}: it is not UTF-8", name, form),
                  "write the request as http or curl");
    }
  }
  if (!is_utf8(request.target)) {
    throw Error(fmt::format("the target \"{}\" can't be written as {}: it is not UTF-8",
                            visible(request.target), form),
                "percent-encode it");
  }
}

RequestExporter::RequestExporter(RequestForm form, Url url, std::string version, std::string curl_options)
    : form_(form),
      url_(std::move(url)),
      version_(std::move(version)),
      curl_options_(std::move(curl_options)) {}

std::string RequestExporter::begin() const {
  if (form_ != RequestForm::har) return {};
  const std::string creator = JsonLine().string("name", "alohook").string("version", version_).take();
  return fmt::format("{{\"log\":{{\"version\":\"1.2\",\"creator\":{},\"entries\":[", creator);
}

std::string RequestExporter::add(const Request& request, std::string_view name, Time at) {
  check_exportable(request);
  const bool is_first = std::exchange(is_first_, false);
  switch (form_) {
    case RequestForm::http:
      return http_text(request, url_);
    case RequestForm::curl:
      return curl_command(request, url_, curl_options_);
    case RequestForm::hurl:
      return hurl_entry(request, url_, name);
    case RequestForm::har:
      return (is_first ? "\n" : ",\n") + har_entry(request, url_, name, at);
    case RequestForm::vegeta:
      return vegeta_target(request, url_);
  }
  return {};
}

std::string RequestExporter::end() const { return form_ == RequestForm::har ? "\n]}}\n" : ""; }

}  // namespace alohook
