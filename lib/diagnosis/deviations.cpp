#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/codec.h"
#include "diagnosis/causes.h"
#include "diagnosis/constructions.h"
#include "diagnosis/deviations.h"
#include "diagnosis/explain.h"
#include "diagnosis/forms/body_forms.h"
#include "diagnosis/forms/secret_forms.h"
#include "diagnosis/forms/timestamp_forms.h"

namespace alohook {
namespace {

constexpr std::size_t largest_body = std::size_t{1} << 20;  // building all forms of larger ones takes long
constexpr int best_of_each = 2;

std::string digest_of(const Template& base, const Method& method, std::string_view key,
                      std::string_view timestamp, std::string_view body) {
  std::string digest;
  if (base.body != BodyPart::bytes) {
    digest = hash(HashAlgorithm::sha256, {body});
    if (base.body == BodyPart::sha256_hex) digest = hex_encode(digest);
    body = digest;
  }
  const std::string_view time = base.has_timestamp ? timestamp : std::string_view();
  const std::string_view first = base.body_first ? body : time;
  const std::string_view second = base.body_first ? time : body;
  switch (method.kind) {
    case Method::Kind::hmac:
      return hmac(method.algorithm, key, {base.before, first, base.between, second});
    case Method::Kind::secret_then_message:
      return hash(method.algorithm, {key, base.before, first, base.between, second});
    case Method::Kind::message_then_secret:
      return hash(method.algorithm, {base.before, first, base.between, second, key});
    case Method::Kind::message_only:
      return hash(method.algorithm, {base.before, first, base.between, second});
    case Method::Kind::swapped_hmac:
      break;
  }
  const std::string message = fmt::format("{}{}{}{}", base.before, first, base.between, second);
  return hmac(method.algorithm, message, {key});
}

/// Collects deviations. Rare ones go to the end of the list.
class Collector {
 public:
  Collector(const Secret& secret, std::string_view timestamp, std::string_view body)
      : secret_(secret.bytes()), timestamp_(timestamp), body_(body) {
    seen_.insert(digest_of(templates().front(), methods().front(), secret_, timestamp_, body_));
  }

  void add_bodies() {
    const BodySource source(body_);
    for (const BodyForm& form : body_forms(source)) {
      if (form.deviations() != 1 || form.alone)
        continue;  // there are too many of these to try against a server
      const auto bytes = form.make();
      if (!bytes) continue;
      if (!add(form.cause, form.rare, form.note, templates().front(), methods().front(),
               {secret_, timestamp_, *bytes})) {
        continue;
      }
      auto& list = form.rare ? rare_ : likely_;
      list.back().cause.evidence += "; " + first_difference(body_, *bytes);
    }
  }
  void add_secrets() {
    for (const Form& form : secret_forms(secret_)) {
      if (form.deviations() != 1) continue;
      add(form.cause, form.rare, "the secret " + form.note, templates().front(), methods().front(),
          {form.bytes, timestamp_, body_});
    }
  }
  void add_templates() {
    for (const Template& base : templates().subspan(1)) {
      add(base.cause, base.rare, fmt::format("the base string {}", base.shown), base, methods().front(),
          {secret_, timestamp_, body_});
    }
  }
  void add_methods() {
    for (const Method& method : methods().subspan(1)) {
      add(method.cause, method.rare, fmt::format("the {}", method.shown), templates().front(), method,
          {secret_, timestamp_, body_});
    }
  }
  void add_timestamps() {
    for (const Form& form : timestamp_forms(timestamp_)) {
      if (form.deviations() != 1) continue;
      add(form.cause, form.rare, "the timestamp " + form.note, templates().front(), methods().front(),
          {secret_, form.bytes, body_});
    }
  }

  std::vector<Deviation> take() && {
    put_best_of_each_first(likely_);
    std::ranges::move(rare_, std::back_inserter(likely_));
    return std::move(likely_);
  }

 private:
  struct Parts {
    std::string_view secret, timestamp, body;
  };

  static void put_best_of_each_first(std::vector<Deviation>& list) {
    std::map<std::string, int> counts;
    std::vector<std::pair<int, Deviation>> ranked;
    for (Deviation& deviation : list) {
      const int rank = counts[deviation.cause.id]++ / best_of_each;
      ranked.emplace_back(rank, std::move(deviation));
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<int, Deviation>::first);
    list.clear();
    for (auto& [rank, deviation] : ranked) list.push_back(std::move(deviation));
  }

  /// Returns false if a deviation with the same digest was already added.
  bool add(CauseId cause, bool is_rare, const std::string& what, const Template& base, const Method& method,
           const Parts& parts) {
    std::string digest = digest_of(base, method, parts.secret, parts.timestamp, parts.body);
    if (!seen_.insert(digest).second) return false;
    (is_rare ? rare_ : likely_)
        .push_back({what, make_cause(cause, what, Certainty::suspected, {.situation = Situation::server}),
                    std::move(digest)});
    return true;
  }

  std::string_view secret_, timestamp_, body_;
  std::set<std::string> seen_;
  std::vector<Deviation> likely_, rare_;
};

}  // namespace

std::vector<Deviation> deviations(const Secret& secret, std::string_view timestamp, std::string_view body) {
  Collector collector(secret, timestamp, body);
  if (body.size() <= largest_body) collector.add_bodies();
  collector.add_templates();
  collector.add_secrets();
  collector.add_methods();
  collector.add_timestamps();
  return std::move(collector).take();
}

}  // namespace alohook
