// Bodies that a program changes when it parses and writes them again: the signature is over the bytes as they came.
#include "check/table.h"

namespace alohook {
namespace {

enum class End { none, lf, crlf };

// The key "a" stands before the others in sorted order too, so that only raw-key-order tells what sorts.
/// A body: what is special about it, and the members that are put in front of its others.
struct RawBody {
  std::string_view sent;
  std::string_view more;
  End end = End::none;
  Severity severity = Severity::must;
};

void accept_all(Probe& probe, std::span<const RawBody> bodies) {
  CheckSession& session = probe.session();
  for (const RawBody& raw : bodies) {
    std::string body = session.body(raw.more);
    body += raw.end == End::lf ? "\n" : raw.end == End::crlf ? "\r\n" : "";
    Trial trial = session.valid("a body with " + std::string(raw.sent), std::move(body));
    trial.severity = raw.severity;
    probe.accepts(trial);
  }
}

constexpr RawBody whitespace[] = {
    {"blanks after colons and commas", R"("a": [1, 2], "b": {"a": 1}, )"},
    {"line ends and four blanks, as ALO prints its sample", "\n    \"a\": 1,\n    "},
    {"blanks and tabs in odd places", " \"a\" :\t[ 1 ,2 ] , "},
};
constexpr RawBody newlines[] = {
    {"LF at its end", "", End::lf},
    {"CR LF between its members", "\r\n  \"a\":1,\r\n  "},
    {"CR LF at its end", "", End::crlf},
};
constexpr RawBody unicode[] = {
    {"é in UTF-8", "\"a\":\"caf\xC3\xA9\","},
    {"an emoji in UTF-8", "\"a\":\"\xF0\x9F\x98\x80\","},
    {"é as e and a combining accent (NFD)", "\"a\":\"cafe\xCC\x81\","},
    {"the line separator U+2028", "\"a\":\"\xE2\x80\xA8\","},
    {"raw < > &", R"("a":"<b>&amp;</b>",)"},
};
constexpr RawBody escapes[] = {
    {R"(é as \u00e9)", R"("a":"caf\u00e9",)"},
    {R"(an emoji as \ud83d\ude00)", R"("a":"\ud83d\ude00",)"},
    {R"(< as \u003c)", R"("a":"\u003cb\u003e",)"},
    {R"(a zero character as \u0000)", R"("a":"\u0000",)", End::none, Severity::should},
};
constexpr RawBody slashes[] = {{R"(https:\/\/)", R"("a":"https:\/\/alo.invalid\/x",)"}};
constexpr RawBody key_order[] = {
    {"keys that are not sorted", R"("z":1,"a":2,"_":3,"B":4,)"},
    {R"(keys that look like numbers ("10" before "9"))", R"("10":1,"9":2,)"},
};
constexpr RawBody numbers[] = {
    {"the number 9007199254740993 (2^53 + 1)", R"("a":9007199254740993,)"},
    {"a number of 20 digits", R"("a":12345678901234567890,)"},
    {"the number 1.0", R"("a":1.0,)"},
    {"the number 1E2", R"("a":1E2,)"},
    {"the number -0", R"("a":-0,)"},
};

template <const auto& bodies>
void accept_bodies(Probe& probe) {
  accept_all(probe, bodies);
}

/// A strict parser may refuse such a body once it is authentic; what must not decide is the signature.
void check_duplicate_keys(Probe& probe) {
  CheckSession& session = probe.session();
  const Trial trial = session.valid("a body with the same key twice", session.body(R"("a":1,"a":2,)"));
  const Exchange exchange = probe.send(trial);
  const bool is_parsers_refusal = exchange.response &&
                                  (exchange.response->status == 400 || exchange.response->status == 422) &&
                                  exchange.response->status != session.refusal_status();
  if (is_parsers_refusal) {
    return probe.remark("its parser refuses an authentic body with the same key twice, as a strict one may");
  }
  probe.judge_acceptance(trial, exchange);
}

constexpr std::string_view why =
    "The signature is over the raw bytes. What parses the body and writes it again before verifying refuses "
    "real events as soon as they hold something that is written in more than one way.";
constexpr std::string_view reserialise =
    "https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries";

constexpr Check checks[] = {
    {{"raw-whitespace", "raw", "White space in a body is kept until it is verified", Severity::must,
      CheckClass::s1, "https://docs.stripe.com/webhooks/signature", why},
     Needs::acceptance,
     accept_bodies<whitespace>},
    {{"raw-newlines", "raw", "Line ends in a body and at its end are kept until it is verified",
      Severity::must, CheckClass::s1, "https://docs.stripe.com/webhooks/signature", why},
     Needs::acceptance,
     accept_bodies<newlines>},
    {{"raw-unicode", "raw", "Characters beyond ASCII are verified as the bytes they came in", Severity::must,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-8.1", why},
     Needs::acceptance,
     accept_bodies<unicode>},
    {{"raw-unicode-escapes", "raw", R"(Escapes such as \u00e9 are kept until the body is verified)",
      Severity::must, CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-7", why},
     Needs::acceptance,
     accept_bodies<escapes>},
    {{"raw-escaped-slash", "raw", R"(Slashes written as \/ are kept until the body is verified)",
      Severity::must, CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-7", why},
     Needs::acceptance,
     accept_bodies<slashes>},
    {{"raw-key-order", "raw", "The order of keys is kept until the body is verified", Severity::must,
      CheckClass::s1, reserialise, why},
     Needs::acceptance,
     accept_bodies<key_order>},
    {{"raw-numbers", "raw", "Numbers are verified as they are written", Severity::must, CheckClass::s1,
      "https://www.rfc-editor.org/rfc/rfc8259#section-6", why},
     Needs::acceptance,
     accept_bodies<numbers>},
    {{"raw-duplicate-keys", "raw", "A key that stands twice does not upset the signature", Severity::should,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-4", why},
     Needs::acceptance,
     check_duplicate_keys},
};

}  // namespace

std::span<const Check> raw_checks() { return checks; }

}  // namespace alohook
