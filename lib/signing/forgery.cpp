#include "signing/forgery.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/codec.h"
#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "json/json_text.h"
#include "signing/digest_text.h"
#include "signing/signed_request.h"
#include "signing/weak_secrets.h"

namespace alohook {

/// The parts of a correctly signed request, which a forgery then changes.
struct ForgeryDraft {
  const Signing& signing;
  const RandomBits& random;
  std::int64_t now_s;
  std::string body;
  std::optional<std::vector<std::string>> timestamps = {};  // the header's values; nullopt: as they are
  std::optional<std::vector<std::string>> signatures = {};

  std::string timestamp() const { return std::to_string(now_s); }
};

namespace {

using Draft = ForgeryDraft;

constexpr std::int64_t day_s = 86'400;

std::string right_mac(const Draft& draft) {
  return std::string(bytes_of(mac(draft.signing.secret, draft.timestamp(), draft.body)));
}

std::string right_signature(const Draft& draft) {
  return encode_digest(right_mac(draft), draft.signing.encoding);
}

/// The right signature without the version in front.
std::string bare_signature(const Draft& draft) {
  const Encoding encoding = draft.signing.encoding == Encoding::v0 ? Encoding::hex : draft.signing.encoding;
  return encode_digest(right_mac(draft), encoding);
}

/// Replaces the MAC by these bytes, written as the signing wants it.
void set_mac(Draft& draft, std::string_view mac_bytes) {
  draft.signatures = {{encode_digest(mac_bytes, draft.signing.encoding)}};
}

/// Signs as a sender would whose clock says `timestamp`.
void sign_at(Draft& draft, const std::string& timestamp) {
  draft.timestamps = {{timestamp}};
  set_mac(draft, bytes_of(mac(draft.signing.secret, timestamp, draft.body)));
}

void sign_with(Draft& draft, std::string_view key) {
  set_mac(draft, bytes_of(hmac_sha256(key, {"v0:", draft.timestamp(), ":", draft.body})));
}

/// Signs this message in place of the base string.
void sign_message(Draft& draft, std::initializer_list<std::string_view> message) {
  set_mac(draft, bytes_of(hmac_sha256(draft.signing.secret.bytes(), message)));
}

void sign_by(Draft& draft, HashAlgorithm algorithm) {
  set_mac(draft, hmac(algorithm, draft.signing.secret.bytes(), {"v0:", draft.timestamp(), ":", draft.body}));
}

std::string random_secret(const RandomBits& random) {
  std::string secret;
  for (int i = 0; i < 4; ++i) secret += fmt::format("{:016x}", random());
  return secret;
}

void need_body(const Draft& draft, std::string_view defect) {
  if (draft.body.empty()) {
    throw Error(fmt::format("an empty body can't be {}", defect), "send an event that has a body");
  }
}

/// Where a bit can be flipped so that JSON stays JSON: in the last string or number. A receiver that checks nothing
/// must not be taken for a right one because it can't parse the body. Without such a place, the last byte.
std::size_t place_to_flip(std::string_view body) {
  std::size_t place = body.size() - 1;
  const auto json = JsonText::parse(body);
  if (!json) return place;
  const auto visit = [&](const auto& self, JsonText::Index value) -> void {
    const auto raw = json->raw(value);
    const bool is_number = json->kind(value) == JsonText::Kind::number;
    const bool is_simple_string =
        json->kind(value) == JsonText::Kind::string && raw.find('\\') == std::string_view::npos;
    const auto last = std::find_if(raw.rbegin(), raw.rend(), is_alphanumeric);
    if ((is_number || is_simple_string) && last != raw.rend()) {
      place = json->offset(value) + static_cast<std::size_t>(raw.rend() - last) - 1;
    }
    for (const auto child : json->children(value)) self(self, child);
  };
  visit(visit, JsonText::root);
  return place;
}

/// Returns JSON with different whitespace between its tokens: `gap` after commas and colons, and none elsewhere.
std::string respaced(std::string_view json, std::string_view gap) {
  std::string out;
  bool is_in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (is_in_string && c == '\\') {
      out += json.substr(i++, 2);
      continue;
    }
    if (c == '"') is_in_string = !is_in_string;
    if (is_in_string || (c != ' ' && c != '\t' && c != '\r' && c != '\n')) out += c;
    if (!is_in_string && (c == ',' || c == ':')) out += gap;
  }
  return out;
}

/// Returns the re-serialized body: compact like most languages, or if that changes nothing, with spaces like Python.
std::string reserialised(std::string_view body) {
  if (!JsonText::parse(body)) {
    throw Error("only JSON can be re-serialized, and the body isn't JSON", "send an event that is JSON");
  }
  std::string compact = respaced(body, "");
  if (compact != body) return compact;
  std::string spaced = respaced(body, " ");
  if (spaced != body) return spaced;
  throw Error("re-serializing the body doesn't change it", "send an object with a member");
}

constexpr auto all_forgeries = std::to_array<Forgery>({
    // The time.
    {"stale", "Correctly signed, but a day ago",
     "doesn't check the timestamp: a captured request can be replayed forever",
     [](Draft& d) { sign_at(d, std::to_string(d.now_s - day_s)); }},
    {"future", "Correctly signed, but for a day ahead",
     "checks the timestamp in one direction only",
     [](Draft& d) { sign_at(d, std::to_string(d.now_s + day_s)); }},
    {"zero-timestamp", "Correctly signed with the timestamp 0",
     "treats a timestamp of 0 as missing",
     [](Draft& d) { sign_at(d, "0"); }},
    {"negative-timestamp", "Correctly signed with the timestamp -1",
     "doesn't check timestamps before 1970",
     [](Draft& d) { sign_at(d, "-1"); }},
    {"milliseconds", "Correctly signed with a timestamp in milliseconds",
     "guesses the unit, or doesn't check how far ahead the timestamp is",
     [](Draft& d) { sign_at(d, d.timestamp() + "000"); }},
    {"huge-timestamp", "Correctly signed with a timestamp of 20 digits",
     "doesn't notice that its integers overflow",
     [](Draft& d) { sign_at(d, std::string(20, '9')); }},
    {"malformed-timestamp", "Correctly signed with the timestamp abc",
     "skips the timestamp check if the timestamp isn't a number", [](Draft& d) { sign_at(d, "abc"); }},
    {"nan-timestamp", "Correctly signed with the timestamp NaN",
     "compares with NaN, which is neither too old nor too new", [](Draft& d) { sign_at(d, "NaN"); }},
    {"infinite-timestamp", "Correctly signed with the timestamp Infinity",
     "accepts infinity as a timestamp",
     [](Draft& d) { sign_at(d, "Infinity"); }},
    {"tampered-timestamp", "Timestamp one second later than the signed one",
     "doesn't bind the timestamp to the signature: an old event can get a new timestamp",
     [](Draft& d) { d.timestamps = {{std::to_string(d.now_s + 1)}}; }},
    {"no-timestamp", "No timestamp, signed with an empty one",
     "doesn't require a timestamp",
     [](Draft& d) {
       sign_at(d, "");
       d.timestamps->clear();
     }},
    {"empty-timestamp", "Correctly signed with an empty timestamp",
     "doesn't require a timestamp",
     [](Draft& d) { sign_at(d, ""); }},
    {"duplicate-timestamp", "Two timestamps: one a day old, then the correct one",
     "may check one timestamp and use the other",
     [](Draft& d) { d.timestamps = {{std::to_string(d.now_s - day_s), d.timestamp()}}; }},
    // The secret.
    {"wrong-secret", "Signed with a different secret",
     "doesn't check the signature, or knows more than one secret",
     [](Draft& d) { sign_with(d, random_secret(d.random)); }},
    {"empty-secret", "Signed with an empty secret",
     "has no secret, and verifies with an empty one",
     [](Draft& d) { sign_with(d, no_secret); }},
    {"undefined-secret", "Signed with the secret undefined",
     "has no secret, and verifies with the word undefined",
     [](Draft& d) { sign_with(d, undefined_secret); }},
    {"null-secret", "Signed with the secret null",
     "has no secret, and verifies with the word null",
     [](Draft& d) { sign_with(d, null_secret); }},
    {"none-secret", "Signed with the secret None",
     "has no secret, and verifies with the word None",
     [](Draft& d) { sign_with(d, none_secret); }},
    {"default-secret", "Signed with the secret changeme",
     "still has the secret of an example",
     [](Draft& d) { sign_with(d, default_secret); }},
    {"secret-newline", "Signed with the secret and a newline",
     "reads the newline at the end of its secret file as a part of the secret",
     [](Draft& d) { sign_with(d, std::string(d.signing.secret.bytes()) + '\n'); }},
    // The body.
    {"tampered-body", "One bit of the body flipped after signing",
     "doesn't bind the body to the signature",
     [](Draft& d) {
       need_body(d, "tampered with");
       char& byte = d.body[place_to_flip(d.body)];
       byte = static_cast<char>(byte ^ 1);
     }},
    {"appended-byte", "A space appended to the body after signing",
     "doesn't verify the raw body, or trims it",
     [](Draft& d) { d.body += ' '; }},
    {"appended-newline", "A newline appended to the body after signing",
     "doesn't verify the raw body, or trims it", [](Draft& d) { d.body += '\n'; }},
    {"body-dropped", "Signed with the body, then sent without it",
     "verifies something other than the received body",
     [](Draft& d) {
       need_body(d, "left out");
       d.body.clear();
     }},
    {"empty-body-signed", "Signature over an empty body",
     "verifies after something else has consumed the body",
     [](Draft& d) {
       need_body(d, "taken from what is signed");
       sign_message(d, {"v0:", d.timestamp(), ":"});
     }},
    {"reserialised", "Signature over the re-serialized body",
     "verifies the parsed body instead of the raw one",
     [](Draft& d) { sign_message(d, {"v0:", d.timestamp(), ":", reserialised(d.body)}); }},
    // The base string and the algorithm.
    {"body-only", "Signature over the body alone",
     "doesn't bind the timestamp to the signature",
     [](Draft& d) { sign_message(d, {d.body}); }},
    {"body-digest", "Signature over the body's SHA-256",
     "verifies the MAC of a hash, without the timestamp",
     [](Draft& d) { sign_message(d, {hex_encode(hash(HashAlgorithm::sha256, {d.body}))}); }},
    {"timestamp-unsigned", "Signature over v0:body, without the timestamp",
     "doesn't bind the timestamp to the signature", [](Draft& d) { sign_message(d, {"v0:", d.body}); }},
    {"other-template", "Signature over timestamp.body",
     "verifies another vendor's scheme",
     [](Draft& d) { sign_message(d, {d.timestamp(), ".", d.body}); }},
    {"no-version", "Signature over timestamp:body, without v0",
     "leaves the version out of the base string",
     [](Draft& d) { sign_message(d, {d.timestamp(), ":", d.body}); }},
    {"swapped", "Key and message swapped in the HMAC",
     "passes key and message in the wrong order",
     [](Draft& d) {
       set_mac(d, bytes_of(hmac_sha256(fmt::format("v0:{}:{}", d.timestamp(), d.body),
                                       {d.signing.secret.bytes()})));
     }},
    {"sha1", "HMAC with SHA-1",
     "verifies with another algorithm, or lets the sender choose",
     [](Draft& d) { sign_by(d, HashAlgorithm::sha1); }},
    {"sha512", "HMAC with SHA-512",
     "verifies with another algorithm, or lets the sender choose",
     [](Draft& d) { sign_by(d, HashAlgorithm::sha512); }},
    {"md5", "HMAC with MD5",
     "verifies with another algorithm, or lets the sender choose",
     [](Draft& d) { sign_by(d, HashAlgorithm::md5); }},
    {"plain-hash", "SHA-256 of secret and base string, without HMAC",
     "verifies a plain hash, which is open to length extension",
     [](Draft& d) {
       set_mac(d, hash(HashAlgorithm::sha256,
                       {d.signing.secret.bytes(), "v0:", d.timestamp(), ":", d.body}));
     }},
    // How the signature is written.
    {"no-signature", "No signature header",
     "accepts unsigned requests",
     [](Draft& d) { d.signatures.emplace(); }},
    {"empty-signature", "Empty signature header",
     "accepts unsigned requests",
     [](Draft& d) { d.signatures = {{""}}; }},
    {"empty-mac", "The signature v0= without a MAC",
     "compares only as many bytes as it received: none",
     [](Draft& d) { d.signatures = {{"v0="}}; }},
    {"truncated", "The first half of the correct MAC",
     "compares only as many bytes as it received, so that a short signature can be guessed",
     [](Draft& d) { set_mac(d, right_mac(d).substr(0, sha256_size / 2)); }},
    {"lengthened", "The correct MAC and a zero byte",
     "ignores extra bytes after the MAC",
     [](Draft& d) { set_mac(d, right_mac(d) + '\0'); }},
    {"junk-appended", "The correct signature and =junk",
     "reads only a part of the header",
     [](Draft& d) { d.signatures = {{right_signature(d) + "=junk"}}; }},
    {"wrong-prefix", "The correct MAC with the prefix v1=",
     "ignores the version",
     [](Draft& d) { d.signatures = {{"v1=" + bare_signature(d)}}; }},
    {"sha256-prefix", "The correct MAC with the prefix sha256=",
     "ignores the prefix of the MAC",
     [](Draft& d) { d.signatures = {{"sha256=" + bare_signature(d)}}; }},
    {"garbage-signature", "v0= and 64 letters that aren't hex digits",
     "doesn't check the signature, or reads letters as zeros",
     [](Draft& d) { d.signatures = {{"v0=" + std::string(2 * sha256_size, 'z')}}; }},
    {"multibyte-signature", "v0= and 64 non-ASCII characters",
     "accepts what it can't compare",
     [](Draft& d) {
       std::string signature = "v0=";
       for (std::size_t i = 0; i < 2 * sha256_size; ++i) append_utf8(signature, U'\u00e9');
       d.signatures = {{signature}};
     }},
    {"duplicate-signature", "Two signatures: an incorrect one, then the correct one",
     "tries one signature after the other, or uses the last",
     [](Draft& d) {
       const std::string wrong(sha256_size, '\0');
       d.signatures = {{encode_digest(wrong, d.signing.encoding), right_signature(d)}};
     }},
});

/// Replaces the headers of this name by these values, at the place of the first one.
void replace_values(Headers& headers, std::string_view name, const std::vector<std::string>& values) {
  const auto is_named = [&](const Header& header) { return equal_ignoring_case(header.name, name); };
  const auto place = std::ranges::find_if(headers, is_named) - headers.begin();
  std::erase_if(headers, is_named);
  Headers replacement;
  for (const std::string& value : values) replacement.push_back({std::string(name), value});
  headers.insert(headers.begin() + place, replacement.begin(), replacement.end());
}

}  // namespace

std::span<const Forgery> forgeries() { return all_forgeries; }

const Forgery* find_forgery(std::string_view name) {
  const auto found = std::ranges::find(all_forgeries, name, &Forgery::name);
  return found == all_forgeries.end() ? nullptr : &*found;
}

Request forged_request(const Forgery& forgery, std::string_view body, const Signing& signing, Time now,
                       const RandomBits& random) {
  Request request = signed_request(body, signing, now);
  Draft draft{signing, random, unix_seconds(now), std::move(request.body)};
  forgery.make(draft);
  request.body = std::move(draft.body);
  if (draft.timestamps) replace_values(request.headers, timestamp_header, *draft.timestamps);
  if (draft.signatures) replace_values(request.headers, signature_header, *draft.signatures);
  return request;
}

}  // namespace alohook
