#include "receiver/response_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "events/challenge.h"

namespace alohook {
namespace {

// JSON text. There are two, so that at least one differs from the actual challenge.
constexpr std::string_view wrong_challenge = R"("00000000-0000-4000-8000-000000000000")";
constexpr std::string_view other_wrong_challenge = R"("ffffffff-ffff-4fff-bfff-ffffffffffff")";

const NamedFault* find_fault(std::string_view name) {
  const auto found = std::find_if(named_faults.begin(), named_faults.end(),
                                  [&](const NamedFault& fault) { return fault.name == name; });
  return found == named_faults.end() ? nullptr : &*found;
}

std::string fault_names() {
  std::string names;
  for (const NamedFault& fault : named_faults) names.append(names.empty() ? "" : ", ").append(fault.name);
  return names;
}

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Response response_with(int status) {
  return {
      status, {}, {{"Content-Type", "text/plain"}}, fmt::format("{} {}\n", status, reason_phrase(status))};
}

ResponseScript::Entry parse_entry(std::string_view text, const ReadFile& read_file) {
  ResponseScript::Entry entry;
  entry.fault = find_fault(text);
  if (entry.fault != nullptr) return entry;
  const auto colon = text.find(':');
  const auto status = whole_number(text.substr(0, colon));
  const std::string_view what = colon == text.npos ? std::string_view() : text.substr(colon + 1);
  if (!status || (colon != text.npos && what.empty())) {
    throw Error(fmt::format("--respond: '{}' is not a response", text),
                "give a status, a status with a file or a fault (200:body.json, 200:reset), or a fault: " +
                    fault_names());
  }
  if (*status < 200 || *status > 599)
    throw Error(fmt::format("--respond: '{}' is not a status from 200 to 599", text.substr(0, colon)));
  entry.response = response_with(static_cast<int>(*status));
  if (what.empty()) return entry;
  entry.fault = find_fault(what);
  if (entry.fault != nullptr) return entry;
  entry.has_body = true;
  entry.response->body = read_file(std::string(what));
  entry.response->headers = {{"Content-Type", what.ends_with(".json") ? "application/json" : "text/plain"}};
  return entry;
}

std::vector<ResponseScript::Entry> parse_entries(std::string_view list, const ReadFile& read_file) {
  std::vector<ResponseScript::Entry> entries;
  for (const std::string_view entry : split(list, ',')) entries.push_back(parse_entry(entry, read_file));
  return entries;
}

void add_fault(ResponseScript& script, std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view name = colon == text.npos ? text : text.substr(colon + 1);
  const NamedFault* fault = find_fault(name);
  if (fault == nullptr) {
    throw Error(fmt::format("--fault: '{}' is not one of {}", name, fault_names()),
                "put the number of a request before it for that one alone: 2:reset");
  }
  if (colon == text.npos) {
    if (script.fault != nullptr)
      throw Error(fmt::format("--fault: a response can't have both '{}' and '{}'", script.fault->name, name),
                  "put the number of a request before it for that one alone: 2:reset");
    script.fault = fault;
    return;
  }
  const auto number = whole_number(text.substr(0, colon));
  if (!number || *number == 0)
    throw Error(fmt::format("--fault: '{}' is not the number of a request", text.substr(0, colon)),
                "requests are counted from 1");
  if (!script.fault_of.emplace(*number, fault).second)
    throw Error(fmt::format("--fault: request {} has two faults", *number), "give one for each request");
}

const NamedFault* fault_for(const ResponseScript& script, std::size_t number,
                            const ResponseScript::Entry& entry) {
  const auto found = script.fault_of.find(number);
  if (found != script.fault_of.end()) return found->second;
  return entry.fault != nullptr ? entry.fault : script.fault;
}

/// Returns a response that echoes a different challenge than `own` does.
Response with_bad_challenge(const Response& own, int status) {
  const Response wrong = challenge_answer(wrong_challenge);
  Response response = own.body == wrong.body ? challenge_answer(other_wrong_challenge) : wrong;
  response.status = status;
  response.reason = {};
  return response;
}

}  // namespace

ResponseScript parse_response_script(const ResponseScriptText& text, const ReadFile& read_file) {
  ResponseScript script;
  script.delay = text.delay;
  if (text.respond) script.entries = parse_entries(*text.respond, read_file);
  for (const std::string& fault : text.faults) add_fault(script, fault);
  return script;
}

ScriptedResponse scripted_response(const ResponseScript& script, std::size_t number, Response own,
                                   bool is_challenge) {
  const ResponseScript::Entry none;
  const auto& entries = script.entries;
  const auto& entry = entries.empty() ? none : entries[std::min(number, entries.size()) - 1];
  const NamedFault* fault = fault_for(script, number, entry);
  const bool is_bad_echo =
      fault != nullptr && fault->on_wire == Fault::none && is_challenge && !entry.has_body;
  const int status = entry.response ? entry.response->status : own.status;
  Response response = is_bad_echo ? with_bad_challenge(own, status) : entry.response ? *entry.response : own;
  ScriptedResponse scripted{std::move(response), {}};
  scripted.reply.delay = script.delay;
  if (fault == nullptr || (fault->on_wire == Fault::none && !is_bad_echo)) return scripted;
  scripted.reply.fault = fault->on_wire;
  scripted.fault = fault->name;
  return scripted;
}

}  // namespace alohook
