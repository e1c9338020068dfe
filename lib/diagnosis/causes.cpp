#include "diagnosis/causes.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "diagnosis/fixes.h"

namespace alohook {
namespace {

using enum CauseId;

// clang-format off
constexpr CauseText cause_table[] = {
    {body_reserialised, "body-reserialised", "{signs} a re-serialized copy of the body instead of its raw bytes.", "The signature is genuine; {body} is a re-serialized copy of what was signed."},
    {wrong_secret, "wrong-secret", "The signature was made with another secret, or for another request."},
    {secret_whitespace, "secret-whitespace", "The secret includes surrounding whitespace or quotes on one side."},
    {secret_decoded, "secret-decoded", "The secret was decoded or encoded before it was used; ALO's is used as it is."},
    {secret_prefix, "secret-prefix", "A prefix was added to the secret, or removed from it."},
    {body_only, "body-only", "{signs} only the body or its hash, not v0:<timestamp>:<body>."},
    {other_template, "other-template", "{signs} another base string than v0:<timestamp>:<body>."},
    {other_encoding, "other-encoding", "The signature is encoded differently than expected."},
    {timestamp_form, "timestamp-form", "The timestamp isn't the header's Unix time in whole seconds."},
    {timestamp_missing, "timestamp-missing", "The timestamp was missing when the signature was made."},
    {body_missing, "body-missing", "{signs} a missing or empty body."},
    {body_base64, "body-base64", "{signs} the body as Base64 text, or decoded once too often.", "The signature is genuine; {body} is Base64 text of what was signed, or was decoded once too often."},
    {body_charset, "body-charset", "{signs} the body in another character encoding.", "The signature is genuine; {body} was saved in another character encoding."},
    {body_bom, "body-bom", "{signs} the body with a byte order mark added or removed.", "The signature is genuine; a byte order mark was added to {body}, or removed from it."},
    {body_newlines, "body-newlines", "{signs} the body with its newlines or whitespace changed.", "The signature is genuine; newlines or whitespace in {body} were changed."},
    {body_double_encoded, "body-double-encoded", "{signs} the body encoded as JSON twice, or decoded once too often.", "The signature is genuine; {body} was encoded as JSON twice, or decoded once too often."},
    {body_part, "body-part", "{signs} only a part of the body.", "The signature is genuine, but covers only a part of {body}: what was signed is wrapped in something larger."},
    {body_repr, "body-repr", "{signs} a debug representation of the body (such as Python's b'…'), not its bytes."},
    {body_url_encoded, "body-url-encoded", "{signs} the body URL-encoded or as a form field, or decoded from one.", "The signature is genuine; {body} was URL-encoded or sent as a form field, or decoded from one."},
    {other_hash, "other-hash", "The MAC isn't an HMAC-SHA256 with the secret as its key."},
    {mac_truncated, "mac-truncated", "The signature is truncated."},
    {body_normalised, "body-normalised", "{signs} the body with its Unicode text normalized.", "The signature is genuine; the Unicode text of {body} was normalized."},
    {body_compressed, "body-compressed", "The body was signed compressed and arrived decompressed, or vice versa."},
    {headers_altered, "headers-altered", "The signature headers didn't arrive as they were sent."},
    {other_provider, "other-provider", "The request carries another provider's signature headers."},
    {clock_skew, "clock-skew", "The signature is valid, but its timestamp is too far from this clock."},
    {secret_unexpanded, "secret-unexpanded", "The secret is a placeholder that was never replaced, or contains an unresolved escape."},
    {secret_hidden_characters, "secret-hidden-characters", "The secret contains invisible or non-ASCII characters."},
    {several_signatures, "several-signatures", "The header has several signatures, or came more than once."},
    {key_message_swapped, "key-message-swapped", "Key and message are swapped in the HMAC call."},
    {body_altered, "body-altered", "{signs} the body with its content changed.", "The signature is genuine; the content of {body} was changed."},
    {body_truncated, "body-truncated", "{signs} a truncated body.", "{body} and what was signed have different lengths: one of them is truncated."},
    {body_wrapped, "body-wrapped", "{signs} the body inside something else.", "The signature is genuine; {body} is only the inside of what was signed."},
    {secret_unset, "secret-unset", "The secret wasn't set where the signature was made."},
    {mac_altered, "mac-altered", "Some digits of the signature were changed."},
};
// clang-format on

/// Returns the beginning of a sentence about what was signed.
std::string_view subject_of(Situation situation) {
  switch (situation) {
    case Situation::mine:
      return "Your code signs";
    case Situation::server:
      return "Your server verifies";
    default:
      return "The signature covers";
  }
}

}  // namespace

std::span<const CauseText> cause_texts() { return cause_table; }

std::string sentence_of(const CauseText& text, const Viewpoint& view) {
  const bool is_capture = view.situation == Situation::capture && !text.in_capture.empty();
  std::string sentence =
      replaced(is_capture ? text.in_capture : text.sentence, "{signs}", subject_of(view.situation));
  sentence = replaced(sentence, "{body}", view.body_name);
  if (view.body_name.starts_with("the ") && sentence.starts_with("the ")) sentence[0] = 'T';
  return sentence;
}

Cause make_cause(CauseId id, std::string evidence, Certainty certainty, const Viewpoint& view) {
  const CauseText& text = *std::ranges::find(cause_table, id, &CauseText::id);
  Cause cause{std::string(text.name),
              sentence_of(text, view),
              std::move(evidence),
              {},
              certainty == Certainty::proven};
  for (const FixText& fix : fix_texts(id, view.situation)) {
    cause.fixes.push_back({std::string(fix.language), std::string(fix.text)});
  }
  return cause;
}

}  // namespace alohook
