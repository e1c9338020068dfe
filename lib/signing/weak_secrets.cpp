#include "signing/weak_secrets.h"

#include <algorithm>

#include "base/text.h"

namespace alohook {
namespace {

using enum Weakness;

constexpr WeakSecret all_weak_secrets[] = {
    {no_secret, empty, "an environment variable that isn't set"},
    {undefined_secret, unset, "JavaScript: String(process.env.NAME)"},
    {null_secret, unset, "Java, JavaScript, PHP and shell scripts"},
    {none_secret, unset, "Python: str(os.environ.get(\"NAME\"))"},
    {"nil", unset, "Ruby: ENV[\"NAME\"].inspect"},
    {default_secret, placeholder, "example configurations"},
    {"secret", placeholder, "example code"},
    {"test", placeholder, "test configurations"},
    {"your-signing-secret", placeholder, "documentation"},
    {"your_signing_secret", placeholder, "documentation"},
    {"***", placeholder, "a masked value that was copied"},
    {"<nil>", unset, "Go: fmt.Sprint(nil)"},
    {"%!s(<nil>)", unset, "Go: fmt.Sprintf(\"%s\", nil)"},
    {"(null)", unset, "C, Objective-C"},
    {"nan", unset, "JavaScript: Number(process.env.NAME)"},
    {"false", unset, "PHP and JavaScript: getenv() || false"},
    {"true", unset, "a flag in place of a value"},
    {"0", unset, "C, PHP: a number in place of a value"},
    {"[object Object]", unset, "JavaScript: an object in place of its value"},
    {"[object Promise]", unset, "JavaScript: a secret that wasn't awaited"},
    {"Optional.empty", unset, "Java: Optional without a value"},
    {"{}", unset, "an empty object"},
    {"\"\"", unset, "quotes around nothing"},
    {"''", unset, "quotes around nothing"},
    {"your-secret", placeholder, "documentation"},
    {"your_secret", placeholder, "documentation"},
    {"your-webhook-secret", placeholder, "documentation"},
    {"your_webhook_secret", placeholder, "documentation"},
    {"your-secret-here", placeholder, "documentation"},
    {"your-secret-key", placeholder, "documentation"},
    {"my-secret", placeholder, "example code"},
    {"mysecret", placeholder, "example code"},
    {"my_secret", placeholder, "example code"},
    {"change-me", placeholder, "example configurations"},
    {"change_me", placeholder, "example configurations"},
    {"replace-me", placeholder, "example configurations"},
    {"password", placeholder, "example configurations"},
    {"webhook-secret", placeholder, "example code"},
    {"webhook_secret", placeholder, "the variable's name"},
    {"webhooksecret", placeholder, "example code"},
    {"signing-secret", placeholder, "example code"},
    {"signing_secret", placeholder, "the variable's name"},
    {"ALO_SIGNING_SECRET", placeholder, "the variable's name"},
    {"ALOHOOK_SECRET", placeholder, "the variable's name"},
    {"$ALOHOOK_SECRET", placeholder, "a variable that wasn't expanded"},
    {"${ALOHOOK_SECRET}", placeholder, "a variable that wasn't expanded"},
    {"${ALO_SIGNING_SECRET}", placeholder, "a variable that wasn't expanded"},
    {"test-secret", placeholder, "test configurations"},
    {"test_secret", placeholder, "test configurations"},
    {"testsecret", placeholder, "test configurations"},
    {"dev-secret", placeholder, "development configurations"},
    {"dev", placeholder, "development configurations"},
    {"development", placeholder, "development configurations"},
    {"default", placeholder, "example configurations"},
    {"example", placeholder, "example configurations"},
    {"placeholder", placeholder, "example configurations"},
    {"dummy", placeholder, "test configurations"},
    {"foo", placeholder, "example code"},
    {"foobar", placeholder, "example code"},
    {"xxx", placeholder, "documentation"},
    {"todo", placeholder, "documentation"},
    {"tbd", placeholder, "documentation"},
    {"supersecret", placeholder, "example code"},
    {"super-secret", placeholder, "example code"},
    {"s3cr3t", placeholder, "example code"},
    {"shhhh", placeholder, "example code"},
    {"keyboard cat", placeholder, "express-session's documentation"},
    {"12345678", placeholder, "test configurations"},
    {"123456", placeholder, "test configurations"},
    {"[FILTERED]", placeholder, "a log that was copied from"},
    {"[REDACTED]", placeholder, "a log that was copied from"},
    {"********", placeholder, "a masked value that was copied"},
    {"****", placeholder, "a masked value that was copied"},
};

std::string normalized(std::string_view text) { return lower_case(trimmed(text)); }

}  // namespace

std::span<const WeakSecret> weak_secrets() { return all_weak_secrets; }

const WeakSecret* find_weak_secret(std::string_view bytes) {
  const std::string wanted = normalized(bytes);
  const auto found = std::ranges::find_if(
      all_weak_secrets, [&](const WeakSecret& weak) { return normalized(weak.text) == wanted; });
  return found == std::end(all_weak_secrets) ? nullptr : &*found;
}

std::string name_of(const WeakSecret& secret) {
  switch (secret.weakness) {
    case empty:
      return "an empty secret";
    case unset:
      return "the secret \"" + std::string(secret.text) + "\"";
    case placeholder:
      break;
  }
  return "the placeholder \"" + std::string(secret.text) + "\"";
}

}  // namespace alohook
