#include "sender/load_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/codec.h"
#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"
#include "embedded/load_scripts.h"
#include "json/json_line.h"
#include "json/json_string.h"
#include "sender/request_export.h"

namespace alohook {
namespace {

std::string_view embedded_script(std::string_view name) {
  const auto files = embedded::load_scripts();
  return std::ranges::find(files, name, &embedded::File::name)->bytes;
}

std::string_view engine_title(LoadEngine engine) {
  return engine == LoadEngine::artillery ? "Artillery" : "k6";
}

/// The engines' URL parsers rewrite anything else: dot segments, backslashes, characters that should be encoded.
bool is_kept_by_url_parsers(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  for (std::string_view rest = path; !rest.empty();) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    std::string plain = lower_case(segment);
    for (auto at = plain.find("%2e"); at != std::string::npos; at = plain.find("%2e")) {
      plain.replace(at, 3, ".");
    }
    if (plain == "." || plain == "..") return false;
    rest.remove_prefix(segment.size());
  }
  constexpr std::string_view in_path = "-._~!$&'()*+,;=:@%/";
  const auto is_kept = [](std::string_view text, std::string_view marks) {
    return std::ranges::all_of(
        text, [&](char c) { return is_alphanumeric(c) || marks.find(c) != std::string_view::npos; });
  };
  // WHATWG encodes an apostrophe in a query, and Artillery takes braces there for its variables.
  return target.starts_with('/') && is_kept(path, in_path) &&
         is_kept(target.substr(path.size()), "-._~!$&()*+,;=:@%/?");
}

void check_fits(LoadEngine engine, const Request& request) {
  const std::string_view title = engine_title(engine);
  check_exportable(request);
  check_is_text(request, name_of(engine));
  if (request.method != "POST" && request.method != "PUT" && request.method != "PATCH") {
    throw Error(fmt::format("{} can't send a body with {}", title, request.method), "choose other events");
  }
  if (!is_kept_by_url_parsers(request.target)) {
    throw Error(fmt::format("{} would change the path \"{}\"", title, visible(request.target)),
                "give a URL whose path has no dot segments, and special characters percent-encoded");
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) {
    const auto is_control = [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; };
    if (std::ranges::any_of(value, is_control)) {
      throw Error(fmt::format("{} can't send the header \"{}\": it has a control character", title, name),
                  "leave it out");
    }
    if (engine == LoadEngine::artillery && value.find("{{") != std::string::npos) {
      throw Error(fmt::format("Artillery would replace the {{{{ }}}} in the header \"{}\"", name),
                  "leave it out");
    }
    if (engine == LoadEngine::k6 && std::ranges::find(names, lower_case(name)) != names.end()) {
      throw Error(fmt::format("k6 can't send the header \"{}\" twice", name), "join its values by commas");
    }
    names.push_back(lower_case(name));
  }
}

std::string headers_of(const Request& request) {
  std::string text;
  for (const auto& [name, value] : request.headers) {
    if (equal_ignoring_case(name, "Content-Length")) continue;
    text +=
        fmt::format("{}[{},{}]", text.empty() ? "" : ",", quote_json_string(name), quote_json_string(value));
  }
  return fmt::format("[{}]", text);
}

std::string_view kind_of(const FreshPart& part) {
  switch (part.kind) {
    case FreshPart::Kind::uuid:
      return "uuid";
    case FreshPart::Kind::number:
      return "number";
    case FreshPart::Kind::time:
      return "time";
  }
  return "";
}

std::string fresh_of(const std::vector<FreshPart>& parts) {
  std::string text;
  for (const FreshPart& part : parts) {
    JsonLine line;
    line.number("at", static_cast<std::int64_t>(part.offset))
        .number("length", static_cast<std::int64_t>(part.length))
        .string("kind", kind_of(part));
    if (part.kind == FreshPart::Kind::time) line.number("before_latest_ms", part.before_latest.count());
    text += (text.empty() ? "" : ",") + line.take();
  }
  return fmt::format("[{}]", text);
}

/// `60s`, or `1500ms` for what is no number of whole seconds.
std::string duration_text(std::chrono::milliseconds duration) {
  return duration.count() % 1000 == 0 ? fmt::format("{}s", duration.count() / 1000)
                                      : fmt::format("{}ms", duration.count());
}

bool is_whole(double value) { return std::abs(value - std::round(value)) < 1e-6; }

/// Artillery divides whole rates among its threads; others become a number of events on one thread.
std::string artillery_phase(const LoadPlan& plan) {
  JsonLine line;
  line.string("duration", duration_text(plan.duration));
  if (is_whole(plan.per_second)) {
    line.number("arrivalRate", std::llround(plan.per_second));
  } else {
    const double count = plan.per_second * std::chrono::duration<double>(plan.duration).count();
    line.number("arrivalCount", std::max(1LL, std::llround(count)));
  }
  return line.number("maxVusers", plan.connections).take();
}

/// A whole number of events in a second, a minute, or an hour, the first that fits.
std::string k6_scenario(const LoadPlan& plan) {
  constexpr std::pair<int, std::string_view> units[] = {{1, "1s"}, {60, "1m"}, {3600, "1h"}};
  const auto* unit =
      std::ranges::find_if(units, [&](const auto& one) { return is_whole(plan.per_second * one.first); });
  if (unit == std::end(units)) --unit;
  // Enough for responses that take a tenth of a second; k6 adds others when they take longer.
  const auto at_first = static_cast<std::int64_t>(std::ceil(plan.per_second / 10));
  return JsonLine()
      .string("executor", "constant-arrival-rate")
      .number("rate", std::max(1LL, std::llround(plan.per_second * unit->first)))
      .string("timeUnit", unit->second)
      .string("duration", duration_text(plan.duration))
      .number("preAllocatedVUs", std::clamp<std::int64_t>(at_first, 1, plan.connections))
      .number("maxVUs", plan.connections)
      .take();
}

std::string plan_json(LoadEngine engine, const LoadPlan& plan) {
  std::string accepted;
  for (const std::string_view status : split(plan.accepted.text(), ',')) {
    accepted += (accepted.empty() ? "" : ",") + quote_json_string(status);
  }
  JsonLine line;
  line.string("origin", fmt::format("{}://{}", plan.url.scheme, plan.url.authority()))
      .json("accepted", fmt::format("[{}]", accepted))
      .json("timeout_s", fmt::format("{}", std::chrono::duration<double>(plan.timeout).count()))
      .boolean("verify_tls", plan.verify_tls);
  if (engine == LoadEngine::k6) return line.json("scenario", k6_scenario(plan)).take();
  return line.number("connections", plan.connections).json("phase", artillery_phase(plan)).take();
}

/// What an engine's script has in place of the events.
constexpr std::string_view events_gap = "EVENTS";

std::string_view script_of(LoadEngine engine) {
  return embedded_script(engine == LoadEngine::k6 ? "k6.js" : "artillery.js");
}

}  // namespace

std::string_view name_of(LoadEngine engine) { return engine == LoadEngine::artillery ? "artillery" : "k6"; }

LoadScript::LoadScript(LoadEngine engine, LoadPlan plan) : engine_(engine), plan_(std::move(plan)) {
  if (!plan_.url.unix_path.empty()) {
    throw Error(fmt::format("{} can't send to a socket file", engine_title(engine)),
                "give a URL with a host");
  }
}

std::string LoadScript::begin() const {
  const std::pair<std::string_view, std::string> gaps[] = {
      {"{URL}", visible(plan_.url.to_string())},
      {"{VERSION}", plan_.version},
      {"PLAN", plan_json(engine_, plan_)},
      {events_gap, "["},
  };
  std::string text;
  std::string_view rest = script_of(engine_);
  for (const auto& [gap, value] : gaps) {
    const auto at = rest.find(gap);
    text.append(rest.substr(0, at)).append(value);
    rest.remove_prefix(at + gap.size());
  }
  return text;
}

std::string LoadScript::add(const LoadEvent& event) {
  const Request& request = event.request;
  check_fits(engine_, request);
  JsonLine line;
  line.string("name", event.name)
      .string("method", request.method)
      .string("target", request.target)
      .json("headers", headers_of(request))
      .string("encoding", name_of(event.encoding));
  if (is_utf8(request.body) && request.body.find('\0') == std::string::npos) {
    line.string("body", request.body);
  } else {
    line.string("body_base64", base64_encode(request.body));
  }
  const bool is_first = std::exchange(is_first_, false);
  return (is_first ? "\n  " : ",\n  ") + line.json("fresh", fresh_of(event.fresh)).take();
}

std::string LoadScript::end() const {
  const std::string_view script = script_of(engine_);
  const std::string_view rest = script.substr(script.find(events_gap) + events_gap.size());
  return fmt::format("\n]{}{}", rest, embedded_script("shared.js"));
}

}  // namespace alohook
