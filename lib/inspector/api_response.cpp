#include "inspector/api_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/codec.h"
#include "json/json_line.h"

namespace alohook {
namespace {

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte =
        text[i] == '%' ? hex_decode(text.substr(std::min(i + 1, text.size()), 2)) : std::nullopt;
    if (byte && byte->size() == 1) {
      out += *byte;
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Span {
  std::size_t from = 0, to = 0;  // `to` is one past the last byte
};

/// Parses `bytes=FROM-TO`, `bytes=FROM-` or `bytes=-LAST`; nullopt for anything else.
std::optional<Span> read_range(std::string_view value, std::size_t size) {
  constexpr std::string_view unit = "bytes=";
  const auto dash = value.find('-');
  if (!value.starts_with(unit) || dash == std::string_view::npos) return std::nullopt;
  const std::string_view first = value.substr(unit.size(), dash - unit.size()), last = value.substr(dash + 1);
  const auto from = number_in(first), to = number_in(last);
  if ((!from && !first.empty()) || (!to && !last.empty()) || (!from && !to)) return std::nullopt;
  if (from && to && *to < *from) return std::nullopt;
  const auto bound = [size](std::int64_t n) {
    return std::min(size, static_cast<std::size_t>(std::max<std::int64_t>(0, n)));
  };
  if (!from) return Span{size - bound(*to), size};
  return Span{bound(*from), to ? bound(std::min<std::int64_t>(*to, INT64_MAX - 1) + 1) : size};
}

}  // namespace

Response json_response(std::string json) {
  return {200, {}, {{"Content-Type", "application/json"}}, std::move(json)};
}

Response error_response(int status, std::string_view id, std::string_view text) {
  Response response =
      json_response(JsonLine().number("schema", 1).string("error", id).string("text", text).take());
  response.status = status;
  return response;
}

Response download_response(std::string_view type, std::string name, std::string bytes) {
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                 c == '_' || c == '-');
      },
      '_');
  return {200,
          {},
          {{"Content-Type", std::string(type)},
           {"Content-Disposition", fmt::format("attachment; filename=\"{}\"", name)}},
          std::move(bytes)};
}

Response ranged(const Request& request, Response whole) {
  whole.headers.push_back({"Accept-Ranges", "bytes"});
  const auto value = header_value(request.headers, "Range");
  const auto range = value ? read_range(*value, whole.body.size()) : std::nullopt;
  if (!range) return whole;
  if (range->from >= range->to) {
    Response unsatisfied = error_response(416, "no-such-range", "the body is shorter");
    unsatisfied.headers.push_back({"Content-Range", fmt::format("bytes */{}", whole.body.size())});
    return unsatisfied;
  }
  whole.status = 206;
  whole.headers.push_back(
      {"Content-Range", fmt::format("bytes {}-{}/{}", range->from, range->to - 1, whole.body.size())});
  whole.body = whole.body.substr(range->from, range->to - range->from);
  return whole;
}

std::optional<std::string> query_value(std::string_view target, std::string_view name) {
  const auto question_mark = target.find('?');
  if (question_mark == std::string_view::npos) return std::nullopt;
  std::string_view query = target.substr(question_mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) return percent_decode(pair.substr(std::min(equals + 1, pair.size())));
  }
  return std::nullopt;
}

std::optional<std::int64_t> query_number(std::string_view target, std::string_view name) {
  const auto value = query_value(target, name);
  return value ? number_in(*value) : std::nullopt;
}

}  // namespace alohook
