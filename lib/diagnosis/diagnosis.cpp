#include "diagnosis/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "diagnosis/explain.h"
#include "diagnosis/forms/body_forms.h"
#include "diagnosis/forms/secret_forms.h"
#include "diagnosis/forms/timestamp_forms.h"
#include "diagnosis/header_look.h"
#include "diagnosis/mac_readings.h"
#include "diagnosis/search.h"
#include "signing/secret_check.h"
#include "signing/weak_secrets.h"

namespace alohook {
namespace {

constexpr std::size_t most_signatures = 8;
constexpr std::size_t largest_incomplete = std::size_t{16} << 20;

/// Adds a cause unless it was already added.
void add(std::vector<Cause>& causes, Cause cause) {
  if (std::ranges::find(causes, cause.id, &Cause::id) == causes.end()) causes.push_back(std::move(cause));
}

void add(std::vector<Cause>& causes, CauseId id, std::string evidence, Certainty certainty,
         const Viewpoint& view) {
  add(causes, make_cause(id, std::move(evidence), certainty, view));
}

/// Returns all interpretations of the signature header's values.
std::vector<MacReading> read_signatures(const std::vector<std::string>& values,
                                        std::optional<Encoding> wanted) {
  std::vector<MacReading> readings;
  const bool is_one =
      std::ranges::all_of(values, [&](const std::string& value) { return value == values[0]; });
  for (std::size_t i = 0; i < values.size() && i < most_signatures; ++i) {
    for (MacReading& reading : read_mac(values[i], wanted)) {
      if (!is_one && std::ranges::find(reading.causes, CauseId::several_signatures) == reading.causes.end()) {
        reading.causes.push_back(CauseId::several_signatures);
        reading.note = fmt::format("in header number {} of {}", i + 1, values.size());
      }
      readings.push_back(std::move(reading));
    }
    if (is_one) break;
  }
  return readings;
}

std::vector<SecretForm> forms_of(const Secrets& secrets) {
  std::vector<SecretForm> forms;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    for (Form& form : secret_forms(secrets[i].bytes())) forms.push_back({i + 1, std::move(form)});
  }
  return forms;
}

std::vector<SecretForm> weak_forms() {
  std::vector<SecretForm> forms;
  for (const WeakSecret& weak : weak_secrets()) {
    forms.push_back({1, {std::string(weak.text), CauseId::secret_unset, {}, name_of(weak)}});
  }
  return forms;
}

std::vector<Form> forms_of_timestamp(const HeaderLook& look, const DiagnosisInput& input) {
  if (look.timestamps.empty()) return timestamp_forms_without_header(input.now, input.policy.tolerance);
  Forms forms;
  for (Form& form : timestamp_forms(look.timestamps.front())) forms.add(std::move(form));
  const std::string_view first = look.timestamps.front();
  if (const std::size_t comma = first.find(','); comma != std::string_view::npos) {
    forms.add({std::string(first.substr(0, comma)),
               CauseId::headers_altered,
               {},
               "at the start of the joined header"});
  }
  for (const std::string& other : look.timestamps) {
    forms.add({other, CauseId::headers_altered, {}, "of another header of the same name"});
  }
  return forms.list();
}

CauseId cause_of(SecretFault fault) {
  switch (fault) {
    case SecretFault::outer_whitespace:
    case SecretFault::quotes:
      return CauseId::secret_whitespace;
    case SecretFault::hidden_characters:
      return CauseId::secret_hidden_characters;
    default:
      return CauseId::secret_unexpanded;
  }
}

/// Returns whether the text starts like an object with a key, or like an array of objects.
bool looks_like_json(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with('{') && !text.starts_with('[')) return false;
  const std::string_view next = trimmed(text.substr(1)).substr(0, 1);
  return next == (text[0] == '{' ? "\"" : "{");
}

/// Returns whether text that isn't JSON may be truncated JSON: it ends inside a string, an object or an array.
bool is_incomplete_json(std::string_view text) {
  std::size_t depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_in_string && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_in_string = !is_in_string;
    } else if (!is_in_string && (text[i] == '{' || text[i] == '[')) {
      ++depth;
    } else if (!is_in_string && (text[i] == '}' || text[i] == ']')) {
      if (depth-- == 0) return false;
    }
  }
  return is_in_string || depth > 0;
}

/// Adds visible faults and suspicious details after no combination has produced the signature.
void suspect(std::vector<Cause>& causes, const HeaderLook& look, const DiagnosisInput& input) {
  const Secrets& secrets = input.secrets;
  for (const std::string& value : look.signatures) {
    if (auto remark = look_at_mac(value))
      add(causes, remark->cause, std::move(remark->note), Certainty::suspected, input.view);
  }
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    for (const SecretRemark& remark : look_at_secret(secrets[i].bytes())) {
      add(causes, cause_of(remark.fault), fmt::format("{} {}", name_of_secret(secrets, i + 1), remark.note),
          Certainty::suspected, input.view);
    }
  }
}

/// Adds the signs that this isn't the body that was sent. They come before any suspicion about secrets.
void suspect_the_body(std::vector<Cause>& causes, const HeaderLook& look, const BodySource& source,
                      const DiagnosisInput& input) {
  for (const HeaderRemark& remark : look.suspects)
    add(causes, remark.cause, remark.note, Certainty::suspected, input.view);
  if (input.view.situation == Situation::capture && has_replacements(input.body)) {
    add(causes, explain_lost_bytes(
                    input.body,
                    fmt::format("{} contains U+FFFD, which programs write for bytes that they can't read",
                                input.view.body_name),
                    Certainty::suspected, input.view));
  }
  if (source.json() != nullptr || !looks_like_json(input.body) || input.body.size() > largest_incomplete)
    return;
  if (is_incomplete_json(input.body)) {
    add(causes, CauseId::body_truncated,
        fmt::format(
            "the body is incomplete JSON: it ends after {} bytes, inside an object, a list or a string",
            input.body.size()),
        Certainty::suspected, input.view);
  }
}

/// Finds out why a request was rejected because of its headers, its format or its MAC.
void investigate(Diagnosis& diagnosis, const DiagnosisInput& input, const DiagnosisLimits& limits) {
  std::vector<Cause>& causes = diagnosis.causes;
  const HeaderLook look = look_at_headers(input.headers, input.body);
  for (const HeaderRemark& fault : look.faults)
    add(causes, fault.cause, fault.note, Certainty::proven, input.view);
  const bool has_timestamp = !look.timestamps.empty();
  if (has_timestamp) {
    if (auto form = look_at_timestamp(look.timestamps.front(), input.now)) {
      add(causes, form->cause, std::move(form->note), Certainty::proven, input.view);
    }
  }
  SearchSpace space;
  space.readings = read_signatures(look.signatures, input.policy.encoding);
  if (space.readings.empty() || input.secrets.empty()) return suspect(causes, look, input);

  const BodySource source(input.body);
  space.secrets = forms_of(input.secrets);
  space.timestamps = forms_of_timestamp(look, input);
  space.bodies = body_forms(source);
  space.weak_secrets = weak_forms();
  space.body = input.body;
  const SearchResult result = search(space, limits);
  diagnosis.macs_tried = result.macs_tried;
  diagnosis.stopped_early = result.stopped_early;
  if (result.hit) {
    for (Cause& cause : explain_hit(*result.hit, input)) add(causes, std::move(cause));
    return;
  }
  suspect_the_body(causes, look, source, input);
  suspect(causes, look, input);
  // Without a timestamp, nothing can be ruled out.
  if (has_timestamp) add(causes, explain_nothing_found(result, input));
}

}  // namespace

Diagnosis diagnose(const DiagnosisInput& input, const DiagnosisLimits& limits) {
  Diagnosis diagnosis;
  diagnosis.verification = verify(input.secrets, input.headers, input.body, input.now, input.policy);
  switch (diagnosis.verification.verdict) {
    case Verdict::valid:
      break;
    case Verdict::stale:
    case Verdict::future:
      diagnosis.causes.push_back(explain_age(header_value(input.headers, timestamp_header).value_or(""),
                                             diagnosis.verification.age_s.value_or(0), input));
      break;
    default:
      investigate(diagnosis, input, limits);
  }
  return diagnosis;
}

Diagnosis diagnose_mine(const DiagnosisInput& input, std::string_view mine, const DiagnosisLimits& limits) {
  DiagnosisInput own = input;
  own.view.situation = Situation::mine;
  std::erase_if(own.headers,
                [](const Header& header) { return equal_ignoring_case(header.name, signature_header); });
  own.headers.push_back({std::string(signature_header), std::string(mine)});
  Diagnosis diagnosis = diagnose(own, limits);

  // Even a valid signature can differ from the one in the request.
  const Verification theirs = verify(input.secrets, input.headers, input.body, input.now, input.policy);
  const Verification& ours = diagnosis.verification;
  if (!theirs.secret || !ours.secret) return diagnosis;
  if (*theirs.secret != *ours.secret) {
    add(diagnosis.causes, CauseId::wrong_secret,
        fmt::format("yours fits {}, the request's fits {}", name_of_secret(input.secrets, *ours.secret),
                    name_of_secret(input.secrets, *theirs.secret)),
        Certainty::proven, own.view);
  } else if (theirs.encoding != ours.encoding) {
    add(diagnosis.causes, CauseId::other_encoding,
        fmt::format("yours is written as {}, the request's as {}", name_of(*ours.encoding),
                    name_of(*theirs.encoding)),
        Certainty::proven, own.view);
  }
  return diagnosis;
}

}  // namespace alohook
