#include "check/steadiness.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "signing/signature.h"

namespace alohook {
namespace {

// 200 requests miss a receiver that randomly rejects one in 16 once in 400,000 runs.
constexpr int most_near = 200, most_far = 40;
constexpr std::chrono::seconds longest_near{3}, longest_far{15};
constexpr int fewest = 1;
constexpr int with_leading_zero = 6;  // how many requests have a MAC that begins with a zero
constexpr int enough_rejections = 8, enough_requests = 24;
constexpr int hopeless = 40;  // stop after this many rejections if nothing was accepted
constexpr int enough_to_have_stopped = 15;
constexpr int most_silent = 3;
constexpr std::chrono::milliseconds restart_pause{1500};

struct Sample {
  std::string digest;
  bool is_accepted;
};

/// A property that the MACs of rejected requests may have in common.
struct Trait {
  bool (*has)(const std::string& digest);
  std::string (*write)(const std::string& digest);  ///< as the receiver expects it, to prove it; may be null
  std::string_view text;
  std::string_view evidence;
  std::string_view fix_language;
  std::string_view fix;
};

int low_byte(char c) { return static_cast<unsigned char>(c); }

std::string without_zeros(const std::string& digest) {
  const std::string hex = hex_encode(digest);
  return hex.substr(std::min(hex.find_first_not_of('0'), hex.size() - 1));
}

std::string unpadded_bytes(const std::string& digest) {
  std::string out;
  for (const char c : digest) out += fmt::format("{:x}", low_byte(c));
  return out;
}

constexpr Trait traits[] = {
    {[](const std::string& d) { return low_byte(d[0]) < 0x10; }, without_zeros,
     "The MAC is written without its leading zeros.",
     "all rejected requests, and no others, have a MAC that begins with 0", "Java",
     "HexFormat.of().formatHex(mac), or String.format(\"%064x\", new BigInteger(1, mac))"},
    {[](const std::string& d) { return std::ranges::any_of(d, [](char c) { return low_byte(c) < 0x10; }); },
     unpadded_bytes, "The MAC's bytes are written without their leading zeros.",
     "all rejected requests, and no others, have a byte below 0x10 in their MAC", "",
     "Write each byte with two digits: %02x, padStart(2, '0'), Integer.toHexString((b & 0xff) + "
     "0x100).substring(1)."},
    {[](const std::string& d) { return low_byte(d[0]) >= 0x80; }, nullptr,
     "The MAC is read as a signed number.",
     "all rejected requests, and no others, have a MAC whose first bit is set", "Java",
     "new BigInteger(1, mac), or HexFormat.of().formatHex(mac)"},
    {[](const std::string& d) { return base64_encode(d).find('+') != std::string::npos; }, nullptr,
     "The signature's + is changed on its way.",
     "all rejected requests, and no others, have a + in their signature", "",
     "Read the header as it is; don't URL-decode it."},
    {[](const std::string& d) { return base64_encode(d).find('/') != std::string::npos; }, nullptr,
     "The signature's / is changed on its way.",
     "all rejected requests, and no others, have a / in their signature", "", "Read the header as it is."},
};

class Measurement {
 public:
  explicit Measurement(CheckSession& session) : session_(session) {}

  Steadiness take() {
    const bool is_near = session_.settings().is_loopback;
    const int most = is_near ? most_near : most_far;
    const auto longest = is_near ? longest_near : longest_far;
    dropped_before_ = session_.dropped();
    while (static_cast<int>(samples_.size()) < most && !is_over()) {
      if (elapsed_ > longest && static_cast<int>(samples_.size()) >= fewest) break;
      if (!send_one()) break;
    }
    // The receiver may only have restarted.
    if (has_stopped_ && session_.gone().empty()) {
      session_.world().sleep(restart_pause);
      const CheckRequest trial = session_.valid("a plain valid request", session_.body());
      has_stopped_ = session_.reaction(trial, session_.send(trial)) != Reaction::accepted;
    }
    Steadiness result;
    result.sent = static_cast<int>(samples_.size());
    result.rejected = count(false);
    result.got = got_;
    result.has_stopped = has_stopped_;
    // One in a hundred may be a worker that was recycled.
    const int dropped = session_.dropped() - dropped_before_;
    if (result.sent > 0 && count(true) == 0) has_stopped_ = result.has_stopped = true;
    if (dropped > 1 + result.sent / 100) {
      result.rejected += dropped;
      result.sent += dropped;
      if (result.got.empty()) result.got = "no response: the connection was closed";
    }
    result.pattern = pattern();
    if (result.rejected > 0 && !has_stopped_) result.cause = common_trait();
    return result;
  }

 private:
  bool is_over() {
    if (!session_.gone().empty()) return true;
    const int sent = static_cast<int>(samples_.size()), rejected = count(false);
    if (session_.dropped() - dropped_before_ >= enough_rejections && sent >= enough_requests) return true;
    if (rejected == sent && sent >= hopeless) return true;
    if (has_stopped_ || silent_ >= most_silent) return true;
    return rejected >= enough_rejections && sent >= enough_requests && trailing_ < enough_rejections;
  }

  /// Returns a plain valid request. The first few have a MAC that begins with a zero.
  CheckRequest next() {
    for (;;) {
      CheckRequest trial = session_.valid("a plain valid request", session_.body());
      digest_ = digest_of(trial);
      if (static_cast<int>(samples_.size()) >= with_leading_zero || low_byte(digest_[0]) < 0x10) return trial;
    }
  }

  std::string digest_of(const CheckRequest& trial) const {
    const auto time = header_value(trial.request.headers, timestamp_header);
    return std::string(bytes_of(mac(session_.settings().secret, time.value_or(""), trial.request.body)));
  }

  bool send_one() {
    const CheckRequest trial = next();
    const Exchange exchange = session_.send(trial);
    elapsed_ += exchange.elapsed;
    const Reaction what = session_.reaction(trial, exchange);
    if (what == Reaction::rate_limited) return false;
    if (what == Reaction::silent) {
      if (!session_.is_alive()) return false;
      if (session_.excuses(exchange)) return true;
      ++silent_;
    }
    const bool is_accepted = what == Reaction::accepted;
    samples_.push_back({digest_, is_accepted});
    trailing_ = is_accepted ? 0 : trailing_ + 1;
    if (!is_accepted && got_.empty()) got_ = describe_answer(exchange);
    has_stopped_ =
        trailing_ >= enough_to_have_stopped && trailing_ == count(false) && count(true) > with_leading_zero;
    return true;
  }

  int count(bool is_accepted) const {
    return static_cast<int>(std::ranges::count(samples_, is_accepted, &Sample::is_accepted));
  }

  std::string pattern() const {
    if (has_stopped_) return fmt::format(", all after the first {}", count(true));
    const auto same = [](const Sample& a, const Sample& b) { return a.is_accepted == b.is_accepted; };
    const bool alternates =
        samples_.size() > 6 && std::ranges::adjacent_find(samples_, same) == samples_.end();
    return alternates ? ", every second one" : " at random";
  }

  std::optional<Cause> common_trait() {
    constexpr int enough = 3;
    if (count(false) < enough) return std::nullopt;
    for (const Trait& trait : traits) {
      const bool is_of_base64 = &trait >= &traits[3];
      if (is_of_base64 != (session_.encoding() == Encoding::base64)) continue;
      const bool tells = std::ranges::all_of(samples_, [&](const Sample& sample) {
        const bool has_it = trait.has(sample.digest);
        return has_it != sample.is_accepted;
      });
      if (!tells) continue;
      Cause cause{"other-encoding",
                  std::string(trait.text),
                  std::string(trait.evidence),
                  {{std::string(trait.fix_language), std::string(trait.fix)}}};
      cause.proven = trait.write != nullptr && is_accepted_as(trait);
      if (cause.proven) cause.evidence += "; such a request is accepted when its MAC is written so";
      return cause;
    }
    return std::nullopt;
  }

  bool is_accepted_as(const Trait& trait) {
    constexpr int most_tries = 20'000;
    for (int i = 0; i < most_tries; ++i) {
      CheckRequest trial =
          session_.valid("a valid request whose MAC is written another way", session_.body());
      const std::string digest = digest_of(trial);
      if (!trait.has(digest)) continue;
      header_of(trial.request, signature_header) =
          (session_.encoding() == Encoding::v0 ? "v0=" : "") + trait.write(digest);
      trial.is_wrong = true;
      return session_.reaction(trial, session_.send(trial)) == Reaction::accepted;
    }
    return false;
  }

  CheckSession& session_;
  std::vector<Sample> samples_;
  std::string digest_, got_;
  std::chrono::microseconds elapsed_{0};
  int dropped_before_ = 0;
  int trailing_ = 0;
  int silent_ = 0;
  bool has_stopped_ = false;
};

}  // namespace

const Steadiness& steadiness(CheckSession& session) {
  if (!session.facts.steadiness) {
    session.facts.steadiness = Steadiness{};  // set already, so that measuring doesn't start a measurement
    Steadiness measured = Measurement(session).take();
    session.count_valid(measured.has_stopped ? 0 : measured.rejected, measured.sent);
    session.facts.steadiness = std::move(measured);
  }
  return *session.facts.steadiness;
}

}  // namespace alohook
