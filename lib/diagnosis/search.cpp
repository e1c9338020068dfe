#include "diagnosis/search.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"

namespace alohook {
namespace {

constexpr std::size_t largest_cache = std::size_t{64} << 20;  // bytes of body forms kept between the rounds
constexpr std::uint64_t bytes_between_looks_at_the_clock = 1 << 20;
constexpr std::uint64_t sha256_block = 64;
constexpr std::uint64_t cost_of_making = 3;   // a byte of a body form takes as long to make as three to hash
constexpr std::uint64_t cost_of_a_mac = 128;  // bytes hashed besides the message: the two padded keys

/// Body forms, made when they are asked for; two of the same bytes are one.
class BodyCache {
 public:
  explicit BodyCache(const std::vector<BodyForm>& forms) : forms_(forms), entries_(forms.size()) {}

  /// Returns the form's bytes until the next call, or null when there is no such form or it is an earlier one's twin.
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

  /// Returns how many bytes were made since the last call.
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

/// One pass over the space: combinations that deviate this often, either without anything rare or with.
struct Round {
  int deviations;
  bool rare;
};
constexpr Round rounds[] = {{0, false}, {1, false}, {1, true}, {2, false}, {2, true}};

class Search {
 public:
  Search(const SearchSpace& space, const DiagnosisLimits& limits)
      : space_(space), limits_(limits), bodies_(space.bodies) {
    for (const Method& method : methods()) {
      const auto fits = [&](const MacReading& reading) {
        return method.digest_size == (reading.is_prefix ? sha256_size : reading.bytes.size());
      };
      if (std::ranges::any_of(space.readings, fits)) methods_.push_back(&method);
    }
  }

  SearchResult run() {
    for (const Round& round : rounds) {
      if (round.deviations > space_.most_deviations) break;
      // Pairs may use half of the limit only, so that a large body's single deviations are tried to the end.
      limit_ = round.deviations > 1 ? limits_.bytes_hashed / 2 : limits_.bytes_hashed;
      for (std::size_t body = 0; body < space_.bodies.size() && !is_over(); ++body) try_body(body, round);
    }
    return std::move(result_);
  }

 private:
  /// What a round still asks for, after some parts of a combination have been chosen.
  struct Left {
    int deviations;
    bool allows_rare;
    bool lacks_rare;
  };

  /// Chooses a part; nullopt when the combination would not belong to the round.
  static std::optional<Left> choose(const Left& left, const auto& part) {
    if (part.deviations() > left.deviations || (part.rare && !left.allows_rare)) return std::nullopt;
    return Left{left.deviations - part.deviations(), left.allows_rare, left.lacks_rare && !part.rare};
  }

  /// A base string and what it is made of.
  struct Trial {
    std::size_t body;
    const std::string* bytes;
    const Template* base;
    const Form* timestamp;  // null when the base string has none
    Left left;              // for the method and the secret
    std::string_view parts[4] = {};
    std::uint64_t size = 0;
  };

  bool is_over() const { return result_.hit || result_.stopped_early; }

  void try_body(std::size_t index, const Round& round) {
    const auto left = choose({round.deviations, round.rare, round.rare}, space_.bodies[index]);
    if (!left) return;
    const std::string* bytes = bodies_.bytes(index);
    spend(bodies_.take_made() * cost_of_making);
    if (bytes == nullptr) return;
    std::string digest, digits;  // of the body, for the templates that hold it
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

  void try_base(Trial trial, std::string_view body) {
    const Template& base = *trial.base;
    const std::string_view time =
        trial.timestamp != nullptr ? std::string_view(trial.timestamp->bytes) : std::string_view();
    const std::string_view parts[] = {base.before, base.body_first ? body : time, base.between,
                                      base.body_first ? time : body};
    std::ranges::copy(parts, trial.parts);
    for (const std::string_view part : parts) trial.size += part.size();
    for (std::size_t method = 0; method < methods_.size(); ++method) {
      const auto left = choose(trial.left, *methods_[method]);
      if (!left) continue;
      for (std::size_t secret = 0; secret < space_.secrets.size() && !is_over(); ++secret) {
        const auto rest = choose(*left, space_.secrets[secret].form);
        if (!rest || rest->deviations > 0 || rest->lacks_rare) continue;
        try_secret(trial, method, secret);
        if (methods_[method]->kind == Method::Kind::message_only) break;
      }
    }
  }

  void try_secret(const Trial& trial, std::size_t method, std::size_t secret) {
    const std::string digest = digest_of(trial, method, secret);
    ++result_.macs_tried;
    spend(trial.size + cost_of_a_mac);
    const SecretForm& used = space_.secrets[secret];
    const int deviations = space_.bodies[trial.body].deviations() + trial.base->deviations() +
                           (trial.timestamp != nullptr ? trial.timestamp->deviations() : 0) +
                           methods_[method]->deviations() + used.form.deviations();
    for (const MacReading& reading : space_.readings) {
      if (deviations + reading.deviations() > space_.most_deviations || !matches(reading, digest)) continue;
      result_.hit =
          Hit{reading, used, {}, *trial.base, *methods_[method], space_.bodies[trial.body], *trial.bytes};
      if (trial.timestamp != nullptr) result_.hit->timestamp = *trial.timestamp;
      return;
    }
  }

  static bool matches(const MacReading& reading, std::string_view digest) {
    if (!reading.is_prefix) return equal_constant_time(reading.bytes, digest);
    return reading.bytes.size() >= shortest_prefix && digest.size() == sha256_size &&
           equal_constant_time(reading.bytes, digest.substr(0, reading.bytes.size()));
  }

  std::string digest_of(const Trial& trial, std::size_t method, std::size_t secret) {
    const std::string_view key = space_.secrets[secret].form.bytes;
    const auto& [a, b, c, d] = trial.parts;
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
    // HMAC hashes a key longer than a block first, so a long message need not be copied into one.
    if (trial.size > sha256_block) return hmac(algorithm, hash(algorithm, {a, b, c, d}), {key});
    std::string message;
    for (const std::string_view part : trial.parts) message += part;
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
