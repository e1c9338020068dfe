// Malformed signatures and timestamps.
#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"
#include "check/checks/table.h"

namespace alohook {
namespace {

/// Returns a valid request with its signature replaced. Headers are sent as they are, whatever bytes they contain.
CheckRequest with_signature(CheckSession& session, std::string sent, std::string value) {
  CheckRequest trial = session.valid(std::move(sent), session.body());
  header_of(trial.request, signature_header) = std::move(value);
  trial.how = CheckRequest::Signed::literally;
  return trial;
}

void check_truncated(Probe& probe) {
  CheckSession& session = probe.session();
  const bool is_base64 = session.encoding() == Encoding::base64;
  const std::size_t hex_lengths[] = {0, 1, 8, 32, 62, 63}, base64_lengths[] = {0, 1, 8, 20, 40};
  const std::string_view prefix = session.encoding() == Encoding::v0 ? "v0=" : "";
  const auto lengths =
      is_base64 ? std::span<const std::size_t>(base64_lengths) : std::span<const std::size_t>(hex_lengths);
  const std::size_t guessable = is_base64 ? 10 : 16;
  for (const std::size_t length : lengths) {
    CheckRequest trial =
        session.valid(fmt::format("the first {} characters of the valid signature", length), session.body());
    std::string& value = header_of(trial.request, signature_header);
    value = value.substr(0, prefix.size() + length);
    trial.is_wrong = true;
    trial.how = CheckRequest::Signed::literally;
    // A short signature can be guessed; one of more than 64 bits can't.
    trial.severity = length <= guessable ? Severity::must : Severity::should;
    trial.shell_signature =
        fmt::format("$(alohook sign{{secret}} --encoding {} --timestamp $T --header-only $F | head -c {})",
                    name_of(session.encoding()), prefix.size() + length);
    probe.refuses(trial);
  }
}

void check_sloppy_format(Probe& probe) {
  CheckSession& session = probe.session();
  struct Dress {
    std::string_view sent;
    std::string_view before, after;
    std::string_view forgery = {};
  };
  constexpr Dress dresses[] = {
      {"the valid MAC after v1=", "v1=", "", "wrong-prefix"},
      {"the valid MAC after sha256=", "sha256=", "", "sha256-prefix"},
      {"the valid MAC with 00 appended", "v0=", "00", "lengthened"},
      {"the valid MAC with =junk appended", "v0=", "=junk", "junk-appended"},
      {"two signatures in one header, an invalid one first", "v0=00, v0=", ""},
  };
  for (const Dress& dress : dresses) {
    const std::string body = session.body(), now = session.timestamp();
    const Sha256 right = mac(session.settings().secret, now, body);
    CheckRequest trial{.sent = std::string(dress.sent), .request = {}};
    trial.forgery = dress.forgery;
    std::string value = fmt::format("{}{}{}", dress.before, hex_encode(bytes_of(right)), dress.after);
    if (dress.before == "v0=" && session.encoding() != Encoding::v0) {
      value = session.sign(now, body).back().value + std::string(dress.after);
    }
    trial.request =
        session.request(body, {{std::string(timestamp_header), now}, {std::string(signature_header), value}});
    trial.is_wrong = true;
    probe.refuses(trial);
  }
  // ALO doesn't document how the MAC is encoded, so accepting several encodings isn't a failure.
  struct Other {
    std::string_view name;
    Encoding encoding;
    bool is_upper;
  };
  constexpr Other others[] = {{"v0=<hex>", Encoding::v0, false},
                              {"<hex>", Encoding::hex, false},
                              {"Base64", Encoding::base64, false},
                              {"upper-case hex", Encoding::hex, true}};
  std::string taken;
  for (const Other& other : others) {
    if (probe.is_over() || (other.encoding == session.encoding() && !other.is_upper)) continue;
    const std::string body = session.body(), now = session.timestamp();
    const Sha256 right = mac(session.settings().secret, now, body);
    std::string value = encode(right, other.encoding);
    if (other.is_upper) {
      value = hex_encode_upper(bytes_of(right));
      if (session.encoding() == Encoding::v0) value.insert(0, "v0=");
    }
    CheckRequest trial{.sent = fmt::format("the valid MAC as {}", other.name), .request = {}};
    trial.request =
        session.request(body, {{std::string(timestamp_header), now}, {std::string(signature_header), value}});
    trial.is_wrong = true;
    if (session.reaction(trial, probe.send(trial)) == Reaction::accepted)
      taken += (taken.empty() ? "" : ", ") + std::string(other.name);
  }
  if (!taken.empty()) probe.remark("it also accepts the MAC as " + taken);
}

void check_bad_timestamp(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string now = session.timestamp();
  const std::int64_t seconds = unix_seconds(session.world().now());
  struct Form {
    std::string text;
    Severity severity;
    std::string_view forgery = {};
  };
  // Signing these takes the secret, so an attacker can't exploit them, and none is a "must". Lenient formats are
  // informational. Formats that bypass the age check are bugs.
  const Form forms[] = {
      {"abc", Severity::should, "malformed-timestamp"},
      {"NaN", Severity::should, "nan-timestamp"},
      {"Infinity", Severity::should, "infinite-timestamp"},
      {"-1", Severity::should, "negative-timestamp"},
      {"null", Severity::should},
      {fmt::format("0x{:x}", seconds), Severity::may},
      {fmt::format("{}.{}e9", now[0], now.substr(1)), Severity::may},
      {now + ".0", Severity::may},
      {"+" + now, Severity::may},
      {now + "abc", Severity::may},
      {fmt::format("{}_{}", now.substr(0, 1), now.substr(1)), Severity::may},
  };
  for (const Form& form : forms) {
    const std::string body = session.body();
    CheckRequest trial{.sent = fmt::format("the timestamp \"{}\", signed as it stands", form.text),
                       .request = {}};
    trial.request = session.request(body, session.sign(form.text, body));
    trial.severity = form.severity;
    trial.forgery = form.forgery;
    trial.has_to_be_read = true;
    trial.is_wrong = true;
    probe.refuses(trial);
  }
}

void check_garbage_signature(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string prefix = session.encoding() == Encoding::v0 ? "v0=" : "";
  std::string multibyte;
  for (int i = 0; i < 64; ++i) multibyte += "\xC3\xA9";
  const std::pair<std::string_view, std::string> values[] = {
      {"a signature of 64 bytes 0xFF", std::string(64, '\xFF')},
      {"a signature of 64 letters é", multibyte},
      {"a signature of 63 hex digits", std::string(63, 'a')},
      {"a signature of 64 letters that aren't hex digits", std::string(64, 'z')},
      {"a signature of one character", "a"},
      {"a signature of 8000 characters", std::string(8000, 'a')},
  };
  for (const auto& [sent, value] : values) {
    CheckRequest trial = with_signature(session, std::string(sent), prefix + value);
    trial.form = WireForm::whole;
    trial.has_to_be_read = true;
    probe.refuses(trial);
  }
  CheckRequest unknown = with_signature(session, "a signature that names an unknown algorithm",
                                        "sha999=" + std::string(64, 'a'));
  unknown.has_to_be_read = true;
  probe.refuses(unknown);
}

/// Honest senders never send a header twice, and nobody without the secret can produce a valid one. It matters little
/// which of the two is read, but a crash matters.
void check_duplicate_headers(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string bad = encode(hmac_sha256(session.fresh_id(), {"bad"}), session.encoding());
  const auto send = [&](std::string sent, bool good_first) {
    CheckRequest trial = session.valid(std::move(sent), session.body());
    const auto good = std::ranges::find_if(
        trial.request.headers, [](const Header& h) { return equal_ignoring_case(h.name, signature_header); });
    trial.request.headers.insert(good_first ? good + 1 : good, {std::string(signature_header), bad});
    trial.form = WireForm::whole;
    trial.severity = Severity::should;
    trial.is_wrong = true;
    const Exchange exchange = probe.survives(trial);
    return std::pair(trial, exchange);
  };
  const auto bad_first = send("an invalid signature header before the valid one", false);
  const auto good_first = send("an invalid signature header after the valid one", true);
  CheckRequest timestamps = session.valid("two timestamps, the valid one first", session.body());
  timestamps.request.headers.push_back({std::string(timestamp_header), session.timestamp(-1)});
  timestamps.form = WireForm::whole;
  timestamps.is_wrong = true;
  probe.survives(timestamps);
  if (!bad_first.second.response || !good_first.second.response) return;
  const bool takes_last = session.reaction(bad_first.first, bad_first.second) == Reaction::accepted;
  const bool takes_first = session.reaction(good_first.first, good_first.second) == Reaction::accepted;
  if (takes_last || takes_first) {
    probe.remark(fmt::format("of two signature headers, it reads {}", takes_last && takes_first
                                                                          ? "any valid one"
                                                                      : takes_first ? "the first"
                                                                                    : "the last"));
  }
}

constexpr Check reject_form_table[] = {
    {{"reject-truncated", "reject", "rejects truncated signatures", Severity::must, CheckClass::s0,
      "https://www.rfc-editor.org/rfc/rfc2104#section-5",
      "A comparison over the shorter length accepts a signature of one character, or of none."},
     Needs::acceptance,
     check_truncated},
    {{"reject-sloppy-format", "reject", "rejects valid MACs with other text around them", Severity::should,
      CheckClass::s0, "alohook-checks(7)",
      "Nobody can use this without a valid MAC, but code that reads signatures loosely is easily made to "
      "accept invalid ones."},
     Needs::acceptance,
     check_sloppy_format},
    {{"reject-bad-timestamp", "reject", "rejects timestamps that aren't whole seconds", Severity::should,
      CheckClass::s0, "https://cwe.mitre.org/data/definitions/1284.html",
      "A timestamp that isn't a number often passes a \"not too old\" comparison, which disables the window. "
      "To sign one "
      "takes the secret, so only ALO or you could send it."},
     Needs::acceptance,
     check_bad_timestamp},
    {{"reject-garbage-signature", "reject", "rejects malformed signatures without failing", Severity::should,
      CheckClass::s0, "https://nodejs.org/api/crypto.html#cryptotimingsafeequala-b",
      "Constant-time comparison functions throw on unequal lengths or non-ASCII input, turning a bad "
      "signature into a "
      "500."},
     Needs::acceptance,
     check_garbage_signature},
    {{"reject-duplicate-headers", "reject", "survives duplicate headers", Severity::should, CheckClass::s0,
      "https://www.rfc-editor.org/rfc/rfc9110#section-5.3",
      "Servers join duplicate headers or keep only one; code that expects a single string may crash."},
     Needs::acceptance,
     check_duplicate_headers},
};

}  // namespace

std::span<const Check> reject_form_checks() { return reject_form_table; }

}  // namespace alohook
