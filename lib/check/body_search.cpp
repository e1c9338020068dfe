#include "check/body_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "check/bodies/body_probes.h"

namespace alohook {
namespace {

using Probes = std::vector<const BodyProbe*>;
using enum BodyProbe::Trait;

constexpr std::size_t most_culprits = 4;
constexpr std::size_t piece_size = 60;  // shorter than any limit on a string

std::string described(const Probes& probes) {
  std::string text = "a body with ";
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(probes.size(), most); ++i)
    text += (i > 0 ? ", " : "") + std::string(probes[i]->sent);
  if (probes.size() > most) text += fmt::format(", and {} more", probes.size() - most);
  return text;
}

class Search {
 public:
  explicit Search(Probe& probe) : probe_(probe), session_(probe.session()) {}

  void run() {
    Probes together;
    std::vector<Probes> alone;
    for (const BodyProbe& one : body_probes()) {
      if (one.check != probe_.id()) continue;
      const bool has_end = one.end == BodyProbe::End::lf;  // a body has only one end
      if (one.trait == risky || has_end) {
        alone.push_back({&one});
      } else {
        together.push_back(&one);
      }
    }
    if (!together.empty()) alone.insert(alone.begin(), together);
    for (const Probes& group : alone) {
      if (probe_.is_over()) return;
      look_at(group);
    }
  }

 private:
  CheckRequest request_with(const Probes& probes) {
    std::string members, end;
    for (const BodyProbe* one : probes) {
      members += one->members;
      if (one->end != BodyProbe::End::none) end = one->end == BodyProbe::End::lf ? "\n" : "\r\n";
    }
    CheckRequest trial = session_.valid(described(probes), session_.body(members) + end);
    trial.severity = probes.front()->trait == risky ? std::optional(Severity::should) : std::nullopt;
    return trial;
  }

  /// Sends the probes in one request and remembers the rejection.
  bool is_accepted(const Probes& probes) {
    rejected_ = request_with(probes);
    exchange_ = probe_.send(rejected_);
    const Reaction reaction = session_.reaction(rejected_, exchange_);
    return reaction == Reaction::accepted || reaction == Reaction::rate_limited || probe_.is_over();
  }

  void look_at(Probes probes) {
    if (is_accepted(probes) || !probe_.is_attributable(rejected_, exchange_)) return;
    std::size_t found = 0;
    while (!probes.empty() && found++ < most_culprits) {
      const Probes culprit = narrowed(probes);
      if (probe_.is_over() || probe_.is_inconclusive()) return;
      // Send it once more, so that the report is about this probe alone.
      if (!is_accepted(culprit)) judge(culprit);
      std::erase_if(probes,
                    [&](const BodyProbe* one) { return std::ranges::find(culprit, one) != culprit.end(); });
      if (probes.empty() || is_accepted(probes)) return;
    }
  }

  /// Bisects the probes for as long as one half is rejected by itself.
  Probes narrowed(Probes probes) {
    while (probes.size() > 1 && !probe_.is_over()) {
      const auto middle = probes.begin() + static_cast<std::ptrdiff_t>(probes.size() / 2);
      const Probes first(probes.begin(), middle), second(middle, probes.end());
      if (!is_accepted(first)) {
        probes = first;
      } else if (!is_accepted(second)) {
        probes = second;
      } else {
        break;  // they are rejected only in combination
      }
    }
    return probes;
  }

  void judge(const Probes& culprit) {
    std::vector<Cause> causes = probe_.name_the_change(rejected_, exchange_);
    const bool is_proven = !causes.empty() && causes.front().proven;
    const int status = exchange_.response ? exchange_.response->status : 0;
    const BodyProbe& one = *culprit.front();
    if (one.trait == risky && !is_proven && (status == 400 || status == 422)) {
      return probe_.remark(
          fmt::format("a body with {} is rejected with {}, as a strict parser may", one.sent, status));
    }
    Severity severity = probe_.severity_of(rejected_);
    if (one.trait == suspicious && !is_proven) severity = std::max(severity, Severity::should);
    probe_.fail(rejected_, severity, session_.acceptance_text(), describe_answer(exchange_),
                std::move(causes));
  }

  Probe& probe_;
  CheckSession& session_;
  CheckRequest rejected_;
  Exchange exchange_;
};

}  // namespace

void accept_body_probes(Probe& probe) { Search(probe).run(); }

CheckRequest sized_request(CheckSession& session, std::size_t size, std::string_view shown) {
  std::string body = session.body(R"("a":[],"b":"k",)");
  std::string pieces;
  const std::size_t missing = size > body.size() ? size - body.size() : 0;
  // Use many short strings in short arrays, so that no limit on a string's or an array's size interferes.
  constexpr std::size_t quoted = piece_size + 3, in_row = 100;
  for (std::size_t i = 0; i < missing / quoted; ++i) {
    const bool begins_row = i % in_row == 0;
    if (begins_row) pieces += i == 0 ? "[" : "],[";
    pieces += (begins_row ? "\"" : ",\"") + std::string(piece_size, 'a') + '"';
  }
  if (!pieces.empty()) pieces += ']';
  body.insert(body.find("[]") + 1, pieces);
  const std::size_t rest = size > body.size() ? size - body.size() : 0;
  constexpr std::string_view filled = R"("b":")";
  body.insert(body.find(filled) + filled.size(), rest, 'k');
  return session.valid(fmt::format("a body of {}", shown), std::move(body));
}

bool accept_size(Probe& probe, const SizedBody& body, std::size_t accepted, Severity severity) {
  CheckSession& session = probe.session();
  CheckRequest trial = sized_request(session, body.size, body.shown);
  Exchange exchange = probe.send(trial);
  const auto is_accepted = [&] {
    const Reaction reaction = session.reaction(trial, exchange);
    return reaction == Reaction::accepted || reaction == Reaction::rate_limited;
  };
  if (is_accepted()) return true;
  if (!probe.is_attributable(trial, exchange)) return false;
  const bool is_limit = exchange.response && not_about_the_signature(*exchange.response, trial.request);
  CheckRequest rejected = trial;
  Exchange rejection = exchange;
  std::size_t rejected_size = body.size;
  while (rejected_size - accepted > 1 && !probe.is_over()) {
    const std::size_t middle = (accepted + rejected_size) / 2;
    trial = sized_request(session, middle, fmt::format("{} bytes", middle));
    exchange = probe.send(trial);
    if (is_accepted()) {
      accepted = middle;
      continue;
    }
    rejected_size = middle;
    rejected = trial;
    rejection = exchange;
  }
  std::vector<Cause> causes = probe.name_the_change(rejected, rejection, accepted);
  const bool is_cut = !causes.empty() && causes.front().id == "body-cut";
  const std::string expected = session.acceptance_text() + "; ALO documents no limit";
  probe.fail(rejected, is_cut ? Severity::must : severity, expected,
             fmt::format("{} (bodies of up to {} bytes are accepted)", describe_answer(rejection), accepted),
             std::move(causes));
  if (is_limit && !is_cut) probe.remark(fmt::format("it limits bodies to {} bytes", accepted));
  return false;
}

}  // namespace alohook
