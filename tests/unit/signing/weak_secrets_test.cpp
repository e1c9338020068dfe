#include "signing/weak_secrets.h"

#include <set>
#include <string>

#include "signing/forgery.h"
#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("the weak secrets are distinct and name their source", "[signing]") {
  std::set<std::string_view> texts;
  for (const WeakSecret& weak : weak_secrets()) {
    INFO(weak.text);
    CHECK(texts.insert(weak.text).second);
    CHECK_FALSE(weak.source.empty());
  }
  CHECK(texts.size() >= 50);
}

TEST_CASE("a weak secret is recognized in any case and with surrounding whitespace", "[signing]") {
  for (const char* text : {"", "\n", "undefined", "null", "NULL", "None", "nil", "changeme", "ChangeMe\n",
                           "secret", "your-signing-secret", "[object Promise]", "***"}) {
    INFO(text);
    CHECK(find_weak_secret(text) != nullptr);
  }
  for (const char* text : {"s", "undefined1", "topsecretvalue1234", "a secret", "0123456789abcdef"}) {
    INFO(text);
    CHECK(find_weak_secret(text) == nullptr);
  }
}

TEST_CASE("a weak secret is described by its kind", "[signing]") {
  CHECK(name_of(*find_weak_secret("")) == "an empty secret");
  CHECK(name_of(*find_weak_secret("undefined")) == "the secret \"undefined\"");
  CHECK(name_of(*find_weak_secret("changeme")) == "the placeholder \"changeme\"");
}
