#include "output/diagnosis_view.h"

#include <fmt/format.h>

#include "base/age.h"
#include "base/visible.h"
#include "journal/event_json.h"
#include "json/json_line.h"
#include "output/wrap.h"

namespace alohook {
namespace {

/// `label` in its column, then the text, which may hold untrusted bytes, in as many lines as it takes.
std::string labelled(std::string_view label, std::string_view text, Style style, const Palette& paint) {
  std::string out;
  for (const std::string& line : wrapped(visible_lines(text), line_width - label_width)) {
    out += paint(Style::dim, fmt::format("{:<{}}", label, label_width)) + paint(style, line) + "\n";
    label = "";
  }
  return out;
}

std::string show_age(std::int64_t age_s) {
  if (age_s >= 0) return human_age(age_s) + " old";
  return human_age(-age_s) + (is_age_of_milliseconds(-age_s) ? " ahead (milliseconds?)" : " ahead");
}

}  // namespace

std::string show_verdict(const Verification& verification, const Palette& paint) {
  switch (verification.verdict) {
    case Verdict::valid:
      return paint(Style::good, "✓ signature valid");
    case Verdict::missing_signature:
      return paint(Style::bad, "✗ signature missing");
    case Verdict::malformed_signature:
      return paint(Style::bad, "✗ signature malformed");
    case Verdict::missing_timestamp:
      return paint(Style::bad, "✗ timestamp missing");
    case Verdict::malformed_timestamp:
      return paint(Style::bad, "✗ timestamp malformed");
    default:
      return paint(Style::bad, fmt::format("✗ signature {}", name_of(verification.verdict)));
  }
}

std::string show_signing(const Verification& verification) {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (verification.encoding) add(std::string(name_of(*verification.encoding)));
  if (verification.secret.value_or(1) > 1) add(fmt::format("secret {}", *verification.secret));
  if (verification.age_s) add(show_age(*verification.age_s));
  if (!verification.detail.empty()) add(visible(verification.detail));
  return out;
}

std::string show_verification(const Verification& verification, const Palette& paint) {
  const std::string signing = show_signing(verification);
  return show_verdict(verification, paint) + (signing.empty() ? "" : "  " + paint(Style::dim, signing)) +
         "\n";
}

std::string show_causes(const Diagnosis& diagnosis, const Palette& paint, std::string_view language) {
  std::string out;
  for (const Cause& cause : diagnosis.causes) {
    out += "\n" + labelled(cause.proven ? "cause" : "likely", cause.id, Style::strong, paint);
    out += labelled("", cause.text, Style::plain, paint);
    if (!cause.evidence.empty()) out += labelled("evidence", cause.evidence, Style::plain, paint);
    std::string_view label = "fix";
    for (const Fix& fix : cause.fixes) {
      if (!language.empty() && !fix.language.empty() && fix.language != language) continue;
      const std::string heading = fix.language.empty() ? "" : fix.language + ": ";
      out += labelled(label, heading + fix.text, Style::plain, paint);
      label = "";
    }
  }
  if (diagnosis.stopped_early) {
    out += "\n" + labelled("note", "the search ended before everything was tried, because the body is large",
                           Style::plain, paint);
  }
  return out;
}

std::string show_causes_briefly(const std::vector<Cause>& causes, std::string_view margin,
                                const Palette& paint) {
  if (causes.empty()) return {};
  const Cause& cause = causes.front();
  const std::size_t width = line_width - margin.size() - 2;
  std::string out =
      fmt::format("{}{} {}\n", margin, paint(Style::warning, cause.proven ? "cause:" : "likely cause:"),
                  paint(Style::strong, visible(cause.id)));
  for (const std::string& text : {cause.text, cause.evidence}) {
    if (text.empty()) continue;
    for (const std::string& line : wrapped(visible_lines(text), width))
      out += fmt::format("{}  {}\n", margin, line);
  }
  return out;
}

std::string diagnosis_json(const Diagnosis& diagnosis) {
  const std::string signature = to_json(diagnosis.verification, diagnosis.causes);
  std::string line = JsonLine().number("schema", 1).take();
  line.pop_back();
  return line + "," + signature.substr(1);
}

}  // namespace alohook
