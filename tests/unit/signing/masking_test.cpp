#include "signing/masking.h"

#include "base/codec.h"
#include "signing/signature.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

// Contains everything that URLs, HTML and JSON escape.
const std::string odd = "p@ss/wo\"rd+&<1>%41 '\\";
const Request no_request{};

}  // namespace

TEST_CASE("a secret is masked as it is and in every way that programs encode bytes") {
  const Masking masking({Secret(odd)});
  for (
      const std::string& form : {
          odd,
          // The expected values are the output of Python's urllib.parse.quote and quote_plus, html.escape, json.dumps,
          // binascii and base64.
          std::string("p%40ss/wo%22rd%2B%26%3C1%3E%2541%20%27%5C"),
          std::string("p%40ss%2fwo%22rd%2b%26%3c1%3e%2541+%27%5c"),
          std::string("p@ss/wo&quot;rd+&amp;&lt;1&gt;%41 &#x27;\\"),
          std::string("p@ss/wo&#34;rd+&amp;&lt;1&gt;%41 &#39;\\"),
          std::string(R"(p@ss/wo\"rd+&<1>%41 '\\)"),
          std::string(R"(p@ss\/wo\u0022rd+\u0026\u003c1\u003e%41 \u0027\\)"),
          std::string("704073732f776f2272642b263c313e25343120275c"),
          std::string("704073732F776F2272642B263C313E25343120275C"),
          std::string("70:40:73:73:2f:77:6f:22:72:64:2b:26:3c:31:3e:25:34:31:20:27:5c"),
          std::string("cEBzcy93byJyZCsmPDE+JTQxICdc"),
          std::string("cEBzcy93byJyZCsmPDE-JTQxICdc"),
      }) {
    CAPTURE(form);
    CHECK(masking.masked("ALO_SECRET=" + form + "\nnext") == "ALO_SECRET=•••\nnext");
  }
}

TEST_CASE("a secret is masked whichever spelling its first character has") {
  const auto masked = [](const char* secret, const std::string& form) {
    return Masking({Secret(secret)}).masked("is " + form + "?");
  };
  // The expected values are the output of Python's base64, binascii, urllib.parse, html and json.
  for (const std::string form : {"+3NlY3JldC1vbmU", "-3NlY3JldC1vbmU", "fb7365637265742d6f6e65",
                                 "FB7365637265742D6F6E65", "%FBsecret-one", "\\u00fbsecret-one"}) {
    CAPTURE(form);
    CHECK(masked("\xfb"
                 "secret-one",
                 form) == "is •••?");
  }
  for (const std::string form : {"/3NlY3JldC10d28", "_3NlY3JldC10d28"}) {
    CAPTURE(form);
    CHECK(masked("\xff"
                 "secret-two",
                 form) == "is •••?");
  }
  for (const std::string form :
       {"%26secret-four", "&amp;secret-four", "\\u0026secret-four", "&secret-four"}) {
    CAPTURE(form);
    CHECK(masked("&secret-four", form) == "is •••?");
  }
  for (const std::string form : {"%20secret-five", "+secret-five", " secret-five"}) {
    CAPTURE(form);
    CHECK(masked(" secret-five", form) == "is •••?");
  }
}

TEST_CASE("a secret inside a longer Base64 text is masked at any alignment") {
  const std::string secret = "Zq7-TOPSECRET-aaa9";
  const Masking masking({Secret(secret)});
  for (const std::string before : {"", "u", "us", "use", "user:"}) {
    const std::string text = base64_encode(before + secret + " and more");
    CAPTURE(text);
    const std::string masked = masking.masked(text);
    CHECK(masked.find("•••") != std::string::npos);
    CHECK(masked.size() < text.size());
  }
}

TEST_CASE("all secrets are masked, everywhere, and nothing else is changed") {
  const Masking masking({Secret("first-secret"), Secret("second-secret")});
  CHECK(masking.masked("first-secret second-secret first-secret first-secre") == "••• ••• ••• first-secre");
  const std::string other = "{\"ok\":true}\r\n\xff 100% \\ & + caf\xC3\xA9";
  CHECK(masking.masked(other) == other);
  CHECK(masking.masked("") == "");
}

TEST_CASE("a secret so short that it occurs by chance is masked only in longer encodings") {
  const Masking masking({Secret("secret")});
  CHECK(masking.masked("the secret is kept") == "the secret is kept");
  CHECK(masking.masked("736563726574") == "•••");
  CHECK(Masking({Secret("x")}).masked("x 78 eA") == "x 78 eA");
}

TEST_CASE("the MACs of the request are masked in reason, headers, body and detail, in each encoding") {
  const Secret secret("another-secret-of-the-test");
  const Masking masking({Secret("the-first-one-of-two"), secret});
  const Request request{.headers = {{"X-ALO-Request-Timestamp", "1795453200"}}, .body = "{\"type\":\"x\"}"};
  for (const Encoding encoding : {Encoding::v0, Encoding::hex, Encoding::base64}) {
    const std::string right = encode(mac(secret, "1795453200", request.body), encoding);
    const std::string shown = encoding == Encoding::v0 ? "v0=•••" : "•••";
    Exchange exchange;
    exchange.response = Response{.status = 401,
                                 .reason = "not " + right,
                                 .headers = {{"X-Expected", right}},
                                 .body = "expected " + right + "\n"};
    exchange.error.detail = "answered \"" + right + "\"";
    const Exchange masked = masking.masked(exchange, request);
    CHECK(masked.response->reason == "not " + shown);
    CHECK(masked.response->headers == Headers{{"X-Expected", shown}});
    CHECK(masked.response->body == "expected " + shown + "\n");
    CHECK(masked.error.detail == "answered \"" + shown + "\"");
    // Another request's MAC isn't masked, because it says nothing about this one.
    CHECK(masking.masked(*exchange.response, no_request).body == exchange.response->body);
  }
}

TEST_CASE("a masked transport returns responses without secrets") {
  const auto masking = std::make_shared<const Masking>(Secrets{Secret("of-a-transport")});
  const Transport transport = masked(
      [](const Request&) {
        Exchange exchange;
        exchange.response = Response{.body = "key of-a-transport"};
        return exchange;
      },
      masking);
  CHECK(transport(no_request).response->body == "key •••");
}
