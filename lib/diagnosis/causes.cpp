#include "diagnosis/causes.h"

#include <algorithm>
#include <utility>

namespace alohook {
namespace {

using enum CauseId;

constexpr CauseText texts[] = {
    {body_reserialised, "body-reserialised",
     "The signature was made over the body parsed and written again, not over its raw bytes."},
    {wrong_secret, "wrong-secret", "The signature was made with another secret, or over another request."},
    {secret_whitespace, "secret-whitespace",
     "White space or quotes around the secret were taken for a part of it."},
    {secret_decoded, "secret-decoded", "The secret was decoded or encoded; ALO's is used as it stands."},
    {secret_prefix, "secret-prefix", "A prefix was put before the secret, or cut off from it."},
    {body_only, "body-only",
     "The base string v0:<timestamp>:<body> was not used; the body or its hash alone was signed."},
    {other_template, "other-template",
     "The base string was put together in another way than v0:<timestamp>:<body>."},
    {other_encoding, "other-encoding", "The MAC is written in another way than expected."},
    {timestamp_form, "timestamp-form", "The timestamp is not the header's text in whole Unix seconds."},
    {timestamp_missing, "timestamp-missing", "The timestamp was missing where the signature was made."},
    {body_missing, "body-missing", "The body was missing where the signature was made."},
    {body_base64, "body-base64",
     "The body was signed as Base64 text, or decoded once more than it should be."},
    {body_charset, "body-charset", "The body went through another character set."},
    {body_bom, "body-bom", "A byte order mark was added to the body, or taken off."},
    {body_newlines, "body-newlines", "Line ends or white space around the body were changed."},
    {body_double_encoded, "body-double-encoded",
     "The body was encoded as JSON twice, or decoded once too often."},
    {body_part, "body-part", "Only a part of the body was signed."},
    {body_repr, "body-repr",
     "The signature was made over a language's own print of the body, not over its bytes."},
    {body_url_encoded, "body-url-encoded",
     "The body was URL-encoded or sent as a form field, or decoded from one."},
    {other_hash, "other-hash", "Another hash than HMAC-SHA256 was used."},
    {mac_truncated, "mac-truncated", "The signature was cut short."},
    {body_normalised, "body-normalised", "The body's Unicode text was normalised."},
    {body_compressed, "body-compressed",
     "The body was signed compressed and arrived decompressed, or the other way round."},
    {headers_altered, "headers-altered", "The signature headers did not arrive as they were sent."},
    {other_provider, "other-provider", "The request carries another provider's signature headers."},
    {clock_skew, "clock-skew", "The signature is right, but its timestamp is too far from this clock."},
    {secret_unexpanded, "secret-unexpanded",
     "The secret is a placeholder that was never replaced, or holds an unresolved escape."},
    {secret_hidden_characters, "secret-hidden-characters",
     "The secret holds invisible or non-ASCII characters."},
    {several_signatures, "several-signatures",
     "The header holds several signatures, or came more than once."},
    {key_message_swapped, "key-message-swapped", "Key and message were swapped in the HMAC call."},
};

}  // namespace

std::span<const CauseText> cause_texts() { return texts; }

Cause make_cause(CauseId id, std::string evidence, Certainty certainty) {
  const CauseText& text = *std::ranges::find(texts, id, &CauseText::id);
  Cause cause{std::string(text.name),
              std::string(text.sentence),
              std::move(evidence),
              {},
              certainty == Certainty::proven};
  for (const FixText& fix : fix_texts()) {
    if (fix.cause == id) cause.fixes.push_back({std::string(fix.language), std::string(fix.text)});
  }
  return cause;
}

}  // namespace alohook
