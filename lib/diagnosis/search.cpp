#include "diagnosis/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/prefix_hmac.h"

namespace alohook {
namespace {

constexpr std::size_t largest_cache = std::size_t{64} << 20;  // bytes of body forms to keep for later rounds
constexpr std::uint64_t bytes_between_looks_at_the_clock = 1 << 20;
constexpr std::uint64_t sha256_block = 64;
constexpr std::uint64_t cost_of_making = 8;   // building one byte of a form costs as much as hashing eight
constexpr std::uint64_t cost_of_a_mac = 128;  // bytes hashed in addition to the message: the two padded keys

/// Builds body forms on demand and caches them. Omits forms with the same bytes as an earlier one.
class BodyCache {
 public:
  explicit BodyCache(const std::vector<BodyForm>& forms) : forms_(forms), entries_(forms.size()) {}

  /// Returns the form's bytes, valid until the next call; null if the form doesn't exist or duplicates an earlier one.
  const std::string* bytes(std::size_t index) {
    Entry& entry = entries_[index];
    if (entry.state == State::absent) return nullptr;
    if (entry.state == State::kept) return &entry.bytes;
    auto made = forms_[index].make();
    if (made) made_ += made->size();
    if (entry.state == State::unknown) {
      const bool is_new = made && seen_.insert(std::hash<std::string_view>()(*made)).second;
      entry.state = is_new ? State::known : State::absent;
    }
    if (entry.state == State::absent) return nullptr;
    if (kept_ + made->size() > largest_cache) {
      passing_ = std::move(*made);
      return &passing_;
    }
    kept_ += made->size();
    entry.bytes = std::move(*made);
    entry.state = State::kept;
    return &entry.bytes;
  }

  /// Returns how many bytes were built since the last call.
  std::uint64_t take_made() { return std::exchange(made_, 0); }

 private:
  enum class State { unknown, absent, known, kept };
  struct Entry {
    State state = State::unknown;
    std::string bytes;
  };

  const std::vector<BodyForm>& forms_;
  std::vector<Entry> entries_;
  std::unordered_set<std::size_t> seen_;
  std::size_t kept_ = 0;
  std::uint64_t made_ = 0;
  std::string passing_;
};

/// How likely one element of a combination is.
enum class Tier { usual, rare, alone };

Tier tier_of(const auto& part) { return part.alone ? Tier::alone : part.rare ? Tier::rare : Tier::usual; }

/// One pass over the search space: combinations with this many deviations whose least likely element has this tier.
struct Round {
  int deviations;
  Tier tier;
};
constexpr Round rounds[] = {{0, Tier::usual}, {1, Tier::usual}, {1, Tier::rare}, {1, Tier::alone},
                            {2, Tier::usual}, {2, Tier::rare},  {2, Tier::alone}};

constexpr std::size_t all_cuts = 16'384;  // from a body's start; beyond, only likely sizes are tried
constexpr std::size_t last_cuts = 1'024;
constexpr std::size_t cut_steps[] = {512, 1000, 1460};  // buffer sizes, round numbers, packet sizes
constexpr std::uint64_t cost_of_a_cut = 4 * sha256_block;

/// Returns the sizes to which bodies are likely to be truncated, ascending, between 0 and the whole body.
std::vector<std::size_t> cuts_of(std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < size; ++i) {
    const bool is_power = (i & (i - 1)) == 0 || ((i + 1) & i) == 0;
    const bool is_step = std::ranges::any_of(cut_steps, [i](std::size_t step) { return i % step == 0; });
    if (i <= all_cuts || size - i <= last_cuts || is_power || is_step) cuts.push_back(i);
  }
  return cuts;
}

class Search {
 public:
  Search(const SearchSpace& space, const DiagnosisLimits& limits)
      : space_(space), limits_(limits), bodies_(space.bodies) {
    for (const Method& method : methods()) {
      const auto fits = [&](const MacReading& reading) {
        return method.digest_size == reading.digest_size();
      };
      if (std::ranges::any_of(space.readings, fits)) methods_.push_back(&method);
    }
  }

  SearchResult run() {
    for (const Round& round : rounds) {
      if (round.deviations > space_.most_deviations) break;
      // Pairs of deviations may use only half of the limit, so that all single deviations are tried for large bodies.
      limit_ = round.deviations > 1 ? limits_.bytes_hashed / 2 : limits_.bytes_hashed;
      for (std::size_t body = 0; body < space_.bodies.size() && !is_over(); ++body) try_body(body, round);
      if (round.deviations == 1 && round.tier == Tier::alone) try_without_forms();
    }
    return std::move(result_);
  }

 private:
  /// What a round still allows and requires after some elements have been chosen.
  struct Left {
    Round round;
    int deviations;
    bool lacks_tier;  // no element with the round's tier has been chosen
  };

  /// Chooses an element; nullopt if the combination wouldn't belong to this round.
  static std::optional<Left> choose(const Left& left, const auto& part) {
    const Tier tier = tier_of(part);
    if (part.deviations() > left.deviations || tier > left.round.tier) return std::nullopt;
    if (tier == Tier::alone && part.deviations() != left.round.deviations) return std::nullopt;
    const bool lacks_tier = left.lacks_tier && tier != left.round.tier;
    if (lacks_tier && part.deviations() == left.deviations) return std::nullopt;  // nothing else may deviate
    return Left{left.round, left.deviations - part.deviations(), lacks_tier};
  }

  /// A base string and its elements.
  struct Candidate {
    std::size_t body;
    const std::string* bytes;
    const Template* base;
    const Form* timestamp;  // null if the base string has none
    Left left;              // for the method and the secret
    std::string_view parts[4] = {};
    std::uint64_t size = 0;
  };

  bool is_over() const { return result_.hit || result_.stopped_early; }

  void try_body(std::size_t index, const Round& round) {
    const auto left = choose({round, round.deviations, round.tier != Tier::usual}, space_.bodies[index]);
    if (!left) return;
    const std::string* bytes = bodies_.bytes(index);
    spend(bodies_.take_made() * cost_of_making);
    if (bytes == nullptr) return;
    std::string digest, digits;  // of the body, for templates that contain it
    for (const Template& base : templates()) {
      const auto left_after_base = choose(*left, base);
      if (!left_after_base) continue;
      if (base.body != BodyPart::bytes && digest.empty()) {
        digest = hash(HashAlgorithm::sha256, {*bytes});
        digits = hex_encode(digest);
      }
      const std::string& body = base.body == BodyPart::bytes    ? *bytes
                                : base.body == BodyPart::sha256 ? digest
                                                                : digits;
      if (!base.has_timestamp) try_base({index, bytes, &base, nullptr, *left_after_base}, body);
      for (const Form& timestamp : space_.timestamps) {
        if (is_over() || !base.has_timestamp) break;
        const auto left_after_timestamp = choose(*left_after_base, timestamp);
        if (left_after_timestamp) try_base({index, bytes, &base, &timestamp, *left_after_timestamp}, body);
      }
    }
  }

  void try_base(Candidate candidate, std::string_view body) {
    const Template& base = *candidate.base;
    const std::string_view time =
        candidate.timestamp != nullptr ? std::string_view(candidate.timestamp->bytes) : std::string_view();
    const std::string_view parts[] = {base.before, base.body_first ? body : time, base.between,
                                      base.body_first ? time : body};
    std::ranges::copy(parts, candidate.parts);
    for (const std::string_view part : parts) candidate.size += part.size();
    for (std::size_t method = 0; method < methods_.size(); ++method) {
      const auto left = choose(candidate.left, *methods_[method]);
      if (!left) continue;
      for (std::size_t secret = 0; secret < space_.secrets.size() && !is_over(); ++secret) {
        const auto rest = choose(*left, space_.secrets[secret].form);
        if (!rest || rest->deviations > 0 || rest->lacks_tier) continue;
        try_secret(candidate, method, secret);
        if (methods_[method]->kind == Method::Kind::message_only) break;
      }
    }
  }

  void try_secret(const Candidate& candidate, std::size_t method, std::size_t secret) {
    const std::string digest = digest_of(candidate, method, secret);
    ++result_.macs_tried;
    spend(candidate.size + cost_of_a_mac);
    const SecretForm& used = space_.secrets[secret];
    const int deviations = space_.bodies[candidate.body].deviations() + candidate.base->deviations() +
                           (candidate.timestamp != nullptr ? candidate.timestamp->deviations() : 0) +
                           methods_[method]->deviations() + used.form.deviations();
    for (const MacReading& reading : space_.readings) {
      if (deviations + reading.deviations() > space_.most_deviations || !reading.fits(digest)) continue;
      result_.hit =
          Hit{reading,         used, {}, *candidate.base, *methods_[method], space_.bodies[candidate.body],
              *candidate.bytes};
      if (candidate.timestamp != nullptr) result_.hit->timestamp = *candidate.timestamp;
      return;
    }
  }

  /// Returns the unchanged timestamp, or null if there is none.
  const Form* own_timestamp() const {
    const auto found = std::ranges::find(space_.timestamps, 0, &Form::deviations);
    return found == space_.timestamps.end() ? nullptr : &*found;
  }

  /// Returns the reading that matches the digest of a combination with one deviation, or null.
  const MacReading* fitting(std::string_view digest) {
    ++result_.macs_tried;
    const auto found = std::ranges::find_if(space_.readings, [&](const MacReading& reading) {
      return reading.deviations() < space_.most_deviations && reading.fits(digest);
    });
    return found == space_.readings.end() ? nullptr : &*found;
  }

  /// Tries what needs no body forms, and is cheap enough even after a large body has used up the limit.
  void try_without_forms() {
    if (!result_.hit) try_weak_secrets();
    if (!result_.hit) try_cuts();
  }

  /// Tries the unchanged request with secrets that anyone can guess.
  void try_weak_secrets() {
    const Form* timestamp = own_timestamp();
    if (timestamp == nullptr || space_.bodies.empty()) return;
    for (const SecretForm& secret : space_.weak_secrets) {
      const std::string digest =
          hmac(HashAlgorithm::sha256, secret.form.bytes, {"v0:", timestamp->bytes, ":", space_.body});
      spend(space_.body.size() + cost_of_a_mac);
      const MacReading* reading = fitting(digest);
      if (reading == nullptr) continue;
      result_.hit = Hit{*reading,
                        secret,
                        *timestamp,
                        templates().front(),
                        methods().front(),
                        space_.bodies.front(),
                        std::string(space_.body)};
      return;
    }
  }

  /// Tries the body truncated to each size, with the unchanged secrets.
  void try_cuts() {
    const Form* timestamp = own_timestamp();
    if (space_.body.empty() || timestamp == nullptr) return;
    const std::string head = "v0:" + timestamp->bytes + ":";
    const std::vector<std::size_t> cuts = cuts_of(space_.body.size());
    for (const SecretForm& secret : space_.secrets) {
      if (secret.form.deviations() != 0 || result_.hit) continue;
      const MacReading* reading = nullptr;
      const auto cut = find_prefix(secret.form.bytes, head, space_.body, cuts, [&](std::string_view digest) {
        reading = fitting(digest);
        return reading != nullptr;
      });
      spend(space_.body.size() + cuts.size() * cost_of_a_cut);
      if (!cut) continue;
      const BodyForm form{
          .cause = CauseId::body_truncated,
          .note = fmt::format("the first {} of the body's {} bytes", *cut, space_.body.size()),
          .make = {}};
      result_.hit = Hit{*reading,
                        secret,
                        *timestamp,
                        templates().front(),
                        methods().front(),
                        form,
                        std::string(space_.body.substr(0, *cut))};
    }
  }

  std::string digest_of(const Candidate& candidate, std::size_t method, std::size_t secret) {
    const std::string_view key = space_.secrets[secret].form.bytes;
    const auto& [a, b, c, d] = candidate.parts;
    const HashAlgorithm algorithm = methods_[method]->algorithm;
    switch (methods_[method]->kind) {
      case Method::Kind::hmac:
        return keyed(method, secret)({a, b, c, d});
      case Method::Kind::secret_then_message:
        return hash(algorithm, {key, a, b, c, d});
      case Method::Kind::message_then_secret:
        return hash(algorithm, {a, b, c, d, key});
      case Method::Kind::message_only:
        return hash(algorithm, {a, b, c, d});
      case Method::Kind::swapped_hmac:
        break;
    }
    // HMAC hashes a key longer than a block first, so there is no need to assemble a long message.
    if (candidate.size > sha256_block) return hmac(algorithm, hash(algorithm, {a, b, c, d}), {key});
    std::string message;
    for (const std::string_view part : candidate.parts) message += part;
    return hmac(algorithm, message, {key});
  }

  Hmac& keyed(std::size_t method, std::size_t secret) {
    const auto place = std::pair(method, secret);
    auto found = keyed_.find(place);
    if (found == keyed_.end()) {
      found =
          keyed_.emplace(place, Hmac(methods_[method]->algorithm, space_.secrets[secret].form.bytes)).first;
    }
    return found->second;
  }

  void spend(std::uint64_t bytes) {
    spent_ += bytes;
    result_.stopped_early |= spent_ > limit_;
    if (spent_ < next_look_) return;
    next_look_ = spent_ + bytes_between_looks_at_the_clock;
    result_.stopped_early |= limits_.out_of_time && limits_.out_of_time();
  }

  const SearchSpace& space_;
  const DiagnosisLimits& limits_;
  BodyCache bodies_;
  std::vector<const Method*> methods_;
  std::map<std::pair<std::size_t, std::size_t>, Hmac> keyed_;
  std::uint64_t limit_ = 0;
  std::uint64_t spent_ = 0;
  std::uint64_t next_look_ = 0;
  SearchResult result_;
};

}  // namespace

SearchResult search(const SearchSpace& space, const DiagnosisLimits& limits) {
  return Search(space, limits).run();
}

}  // namespace alohook
