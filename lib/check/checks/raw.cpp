// Bodies that software tends to change before verification. The signature covers the bytes that were sent.
#include <fmt/format.h>

#include "check/body_search.h"
#include "check/checks/table.h"

namespace alohook {
namespace {

/// After verification, a strict parser may reject such a body. The signature must not be the reason.
void check_duplicate_keys(Probe& probe) {
  CheckSession& session = probe.session();
  const CheckRequest trial = session.valid("a body with the same key twice", session.body(R"("a":1,"a":2,)"));
  const Exchange exchange = probe.send(trial);
  const bool is_parsers_refusal = exchange.response &&
                                  (exchange.response->status == 400 || exchange.response->status == 422) &&
                                  exchange.response->status != session.facts.refusal_status;
  if (is_parsers_refusal) {
    return probe.remark("its parser rejects an authentic body with the same key twice, as a strict one may");
  }
  if (!probe.is_attributable(trial, exchange)) return;
  std::vector<Cause> causes = probe.name_the_change(trial, exchange);
  probe.fail(trial, Severity::should, session.acceptance_text(), describe_answer(exchange),
             std::move(causes));
}

void check_size(Probe& probe) {
  CheckSession& session = probe.session();
  constexpr std::size_t surely_accepted = 200;
  if (!accept_size(probe, {"66 kB", 66'000}, surely_accepted, Severity::should)) return;
  std::string many = "\"a\":{";
  constexpr int keys = 1200, depth = 30;
  for (int i = 0; i < keys; ++i) many += fmt::format("{}\"k{}\":1", i == 0 ? "" : ",", 1000 + i);
  probe.accepts(session.valid(fmt::format("a body with {} keys", keys), session.body(many + "},")));
  const std::string nested = "\"a\":" + std::string(depth, '[') + std::string(depth, ']') + ",";
  probe.accepts(session.valid(fmt::format("a body that is nested {} deep", depth), session.body(nested)));
}

constexpr std::string_view why =
    "The signature covers the raw bytes. Code that re-serializes or alters the body before verifying rejects "
    "any real "
    "event that it changes.";
constexpr std::string_view reserialize =
    "https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries";

constexpr Check raw_check(std::string_view id, std::string_view title, std::string_view source) {
  return {
      {id, "raw", title, Severity::must, CheckClass::s1, source, why}, Needs::acceptance, accept_body_probes};
}

constexpr Check raw_table[] = {
    raw_check("raw-whitespace", "verifies whitespace byte for byte",
              "https://docs.stripe.com/webhooks/signature"),
    raw_check("raw-newlines", "verifies newlines byte for byte",
              "https://docs.stripe.com/webhooks/signature"),
    raw_check("raw-unicode", "verifies characters beyond ASCII byte for byte",
              "https://www.rfc-editor.org/rfc/rfc8259#section-8.1"),
    raw_check("raw-unicode-escapes", R"(verifies escapes such as \u00e9 as they are written)",
              "https://www.rfc-editor.org/rfc/rfc8259#section-7"),
    raw_check("raw-escaped-slash", R"(verifies slashes written as \/)",
              "https://www.rfc-editor.org/rfc/rfc8259#section-7"),
    raw_check("raw-key-order", "verifies keys in the order in which they arrive", reserialize),
    raw_check("raw-numbers", "verifies numbers as they are written",
              "https://www.rfc-editor.org/rfc/rfc8259#section-6"),
    raw_check("raw-values", "verifies strings, null and empty values as they are",
              "https://laravel.com/docs/requests#input-trimming-and-normalization"),
    raw_check("raw-keys", "verifies keys as they are written",
              "https://www.rfc-editor.org/rfc/rfc8259#section-4"),
    {{"raw-size", "raw", "verifies bodies of 66 kB to their last byte", Severity::must, CheckClass::s1,
      "https://www.rfc-editor.org/rfc/rfc9112#section-6",
      "A buffer, column or log that cuts the body makes every larger event fail."},
     Needs::acceptance,
     check_size},
    {{"raw-duplicate-keys", "raw", "verifies bodies with duplicate keys", Severity::should, CheckClass::s1,
      "https://www.rfc-editor.org/rfc/rfc8259#section-4", why},
     Needs::acceptance,
     check_duplicate_keys},
};

}  // namespace

std::span<const Check> raw_checks() { return raw_table; }

}  // namespace alohook
