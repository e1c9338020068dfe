#include "http/url.h"

#include "base/error.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

struct Good {
  const char* text;
  const char* scheme;
  const char* host;
  int port;
  const char* target;
  const char* authority;
  const char* canonical;
};

std::string hint_for(std::string_view text) {
  try {
    parse_url(text);
  } catch (const Error& error) {
    return error.hint();
  }
  return "no error";
}

}  // namespace

TEST_CASE("valid URLs are parsed into their parts") {
  const Good table[] = {
      {"http://127.0.0.1:8256/", "http", "127.0.0.1", 8256, "/", "127.0.0.1:8256", "http://127.0.0.1:8256/"},
      {"http://[::1]:80/a?b#c", "http", "::1", 80, "/a?b", "[::1]", "http://[::1]/a?b"},
      {"http://[::1]:8080", "http", "::1", 8080, "/", "[::1]:8080", "http://[::1]:8080/"},
      {"HTTPS://Example.COM", "https", "example.com", 443, "/", "example.com", "https://example.com/"},
      {"https://example.com:80/", "https", "example.com", 80, "/", "example.com:80",
       "https://example.com:80/"},
      {"http://h:443/", "http", "h", 443, "/", "h:443", "http://h:443/"},
      {"http://h?x=1", "http", "h", 80, "/?x=1", "h", "http://h/?x=1"},
      {"http://h#f", "http", "h", 80, "/", "h", "http://h/"},
      {"http://h:1/a b\tc", "http", "h", 1, "/a%20b%09c", "h:1", "http://h:1/a%20b%09c"},
      {"http://h/caf\xc3\xa9", "http", "h", 80, "/caf%C3%A9", "h", "http://h/caf%C3%A9"},
      {"http://h/a%20b+c//d/../e", "http", "h", 80, "/a%20b+c//d/../e", "h", "http://h/a%20b+c//d/../e"},
      {"http://h/x@y:z", "http", "h", 80, "/x@y:z", "h", "http://h/x@y:z"},
      {"http://h/?u=http://other:1/", "http", "h", 80, "/?u=http://other:1/", "h",
       "http://h/?u=http://other:1/"},
      {" http://h:65535/x\r\n", "http", "h", 65535, "/x", "h:65535", "http://h:65535/x"},
      {"http://my_app.internal.:3000/", "http", "my_app.internal.", 3000, "/", "my_app.internal.:3000",
       "http://my_app.internal.:3000/"},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    const Url url = parse_url(row.text);
    CHECK(url.scheme == row.scheme);
    CHECK(url.host == row.host);
    CHECK(url.port == row.port);
    CHECK(url.target == row.target);
    CHECK(url.authority() == row.authority);
    CHECK(url.to_string() == row.canonical);
    CHECK(url.unix_path.empty());
    CHECK(parse_url(url.to_string()).to_string() == row.canonical);
  }
}

TEST_CASE("socket files are URLs too") {
  const auto plain = parse_url("unix:/tmp/a b.sock");
  CHECK(plain.scheme == "unix");
  CHECK(plain.unix_path == "/tmp/a b.sock");
  CHECK(plain.target == "/");
  CHECK(plain.host == "localhost");
  CHECK(plain.authority() == "localhost");
  CHECK(plain.to_string() == "unix:/tmp/a b.sock");

  const auto with_target = parse_url("unix:/tmp/x.sock:/hooks?x=1#f");
  CHECK(with_target.unix_path == "/tmp/x.sock");
  CHECK(with_target.target == "/hooks?x=1");
  CHECK(with_target.to_string() == "unix:/tmp/x.sock:/hooks?x=1");

  CHECK(parse_url("UNIX:relative.sock").unix_path == "relative.sock");
  CHECK(parse_url("unix:///tmp/x.sock").unix_path == "/tmp/x.sock");
  CHECK_THROWS_AS(parse_url("unix:"), Error);
  CHECK_THROWS_AS(parse_url("unix:/"), Error);
  CHECK_THROWS_AS(parse_url("unix::/target"), Error);
  CHECK_THROWS_AS(parse_url(std::string_view("unix:/a\0b", 9)), Error);
}

TEST_CASE("invalid URLs are rejected") {
  const std::string_view table[] = {
      "",
      "   ",
      "localhost",
      "127.0.0.1",
      "a=localhost:3000",
      "70000",
      ":0",
      "user@host:3000",
      "/webhooks",
      "ftp://h/",
      "ws://h/",
      "://h/",
      "1http://h/",
      "http:/h/",
      "http:h",
      "http://",
      "http:///path",
      "http://:80/",
      "http://?x",
      "http://h:/",
      "http://h:0/",
      "http://h:65536/",
      "http://h:99999999999999/",
      "http://h:abc/",
      "http://h:80x/",
      "http://h:+80/",
      "http://h:-1/",
      "http://h: 80/",
      "http://h:80:90/",
      "http://[::1/",
      "http://[]/",
      "http://[::1]x/",
      "http://[::1]80/",
      "http://[127.0.0.1]/",
      "http://[fe80::1%25eth0]/",
      "http://::1/",
      "http://a b/",
      "http://a\tb/",
      "http://a\r\nX: y/",
      "http://a%20b/",
      "http://caf\xc3\xa9/",
      "http://a..b/",
      "http://.a/",
      "http://a\\b/",
      "http://a,b/",
      std::string_view("http://a\0b/", 11),
  };
  for (const auto text : table) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_url(text), Error);
  }
  CHECK_THROWS_AS(parse_url("http://" + std::string(300, 'a') + "/"), Error);
}

TEST_CASE("user names in a URL are rejected without quoting the password") {
  for (const auto* text : {"http://user:hunter2@h/", "http://hunter2@h/", "https://a@b:hunter2@h:1/"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_url(text), Error);
    CHECK_THROWS_WITH(parse_url(text), !ContainsSubstring("hunter2"));
    CHECK_THAT(hint_for(text), !ContainsSubstring("hunter2"));
  }
}

TEST_CASE("a URL without a scheme is rejected with a suggestion") {
  CHECK_THAT(hint_for("localhost/x"), ContainsSubstring("http://localhost/x"));
  CHECK_THAT(hint_for("http://::1"), ContainsSubstring("[::1]"));
}

TEST_CASE("a port is shorthand for http to this machine, and a host with a port for http to that host") {
  struct Row {
    const char* text;
    const char* url;
  };
  const Row table[] = {
      {"3000", "http://127.0.0.1:3000/"},
      {":3000", "http://127.0.0.1:3000/"},
      {":3000/hooks?x=1", "http://127.0.0.1:3000/hooks?x=1"},
      {"3000/hooks", "http://127.0.0.1:3000/hooks"},
      {" localhost:3000 ", "http://localhost:3000/"},
      {"localhost:3000/hooks", "http://localhost:3000/hooks"},
      {"127.0.0.1:80", "http://127.0.0.1/"},
      {"[::1]:3000/x", "http://[::1]:3000/x"},
      {"example.com:8080/a:1", "http://example.com:8080/a:1"},
  };
  for (const Row& row : table) {
    CAPTURE(row.text);
    CHECK(parse_url(row.text).to_string() == row.url);
    CHECK(looks_like_url(row.text));
  }
}

TEST_CASE("quotes around a URL are reported") {
  CHECK_THROWS_WITH(parse_url("\"http://127.0.0.1:3000/\""), ContainsSubstring("it has quotes around it"));
  CHECK_THROWS_WITH(parse_url("'3000'"), ContainsSubstring("it has quotes around it"));
}

TEST_CASE("only addresses that can't leave this machine are loopback") {
  for (const auto* text :
       {"http://127.0.0.1/", "http://127.1.2.3/", "http://127.255.255.255/", "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/", "http://localhost/", "http://LOCALHOST:80/", "http://localhost./",
        "http://app.localhost/", "http://app.localhost./", "unix:/x"}) {
    CAPTURE(text);
    CHECK(parse_url(text).is_loopback());
  }
  for (const auto* text :
       {"http://127.0.0.1.evil.com/", "http://128.0.0.1/", "http://0.0.0.0/", "http://10.0.0.1/",
        "http://[::]/", "http://[::2]/", "http://notlocalhost/", "http://localhost.evil.com/",
        "http://2130706433/", "http://127.1/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://192.168.127.0/", "https://alo.example/"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_url(text).is_loopback());
  }
}

TEST_CASE("text with a scheme looks like a URL, file names don't") {
  for (const auto* text : {"http://h", "HTTPS://h", "unix:/x", "Unix:x", "ftp://x", " http://h"}) {
    CAPTURE(text);
    CHECK(looks_like_url(text));
  }
  for (const auto* text : {"", "-", "action_created", "body.json", "C:\\x", "localhost", "a=b:3000",
                           "12345678", "a/http://h", "://x", "un:/x"}) {
    CAPTURE(text);
    CHECK_FALSE(looks_like_url(text));
  }
}
