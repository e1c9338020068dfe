#include "sender/request_export.h"

#include <nlohmann/json.hpp>

#include "base/codec.h"
#include "base/error.h"
#include "http/request_text.h"
#include "journal/har.h"
#include "sender/delivery.h"
#include "signing/signed_request.h"
#include "support/catch.hpp"

using namespace alohook;
using nlohmann::json;

namespace {

const Time at{std::chrono::seconds{1764000000} + std::chrono::milliseconds{123}};

const std::vector<std::string> tricky_bodies = {
    "{\n    \"pretty\": true\n}\n",
    "{\r\n \"n\": 1.0, \"n\": 12345678901234567890}\r\n",
    "'\"$HOME `id` \\n ! %s ${x} {{y}} #",
    "e\xcc\x81 \xc3\xa9 \xf0\x9f\x98\x80",
    std::string("\x1f\x8b\x08\0\0\xff", 6),
    "",
    "\xff\xfe",
    "@/etc/passwd",
    "\xe2\x80\xae override",
    std::string("nul\0", 4),
    "\xef\xbb\xbf{}",
    "\n",
    std::string(100'000, 'x'),
};

Request request_with(std::string_view body, const Headers& headers = {}) {
  return signed_request(body, {.secret = Secret("s"), .target = "/h?x=1&y&=%20", .headers = headers}, at);
}

std::string exported(RequestForm form, const Request& request,
                     std::string_view url = "http://127.0.0.1:3000/") {
  RequestExporter exporter(form, parse_url(url), "1.2.3");
  std::string text = exporter.begin();
  text += exporter.add(request, "an event", at);
  return text + exporter.end();
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("a request is exported as HTTP") {
  Request request;
  request.target = "/h?x=1";
  request.headers = {{"B", "2"}, {"a", ""}, {"B", "\xff"}, {"content-length", "2"}};
  request.body = "{}";
  CHECK(exported(RequestForm::http, request) ==
        "POST /h?x=1 HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nB: 2\r\na: \r\nB: \xff\r\nContent-Length: "
        "2\r\n\r\n{}");
  request.headers = {{"A", "1"}, {"host", "venue.example"}};
  request.body = "";
  CHECK(exported(RequestForm::http, request) ==
        "POST /h?x=1 HTTP/1.1\r\nHost: venue.example\r\nA: 1\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("exported HTTP is read back byte for byte") {
  for (const std::string& body : tricky_bodies) {
    const Request request = request_with(body);
    const auto read = read_http_text(exported(RequestForm::http, request));
    REQUIRE(read);
    CHECK(read->request.target == request.target);
    CHECK(read->request.body == body);
  }
}

TEST_CASE("a curl command contains the request and removes headers that curl adds") {
  Request request;
  request.headers = {{"X-Empty", ""}, {"X-Quote", "it's"}};
  request.body = "it's $x\n";
  CHECK(
      exported(RequestForm::curl, request) ==
      "curl --include --request POST --header 'X-Empty;' --header 'X-Quote: it'\\''s' --header 'User-Agent:' "
      "--header 'Accept:' --header 'Content-Type:' --data-raw 'it'\\''s $x\n' 'http://127.0.0.1:3000/'\n");
  request.headers = {{"user-agent", "me"}, {"accept", "x"}, {"content-type", "y"}, {"Content-Length", "0"}};
  request.body = "";
  CHECK(exported(RequestForm::curl, request) ==
        "curl --include --request POST --header 'user-agent: me' --header 'accept: x' --header "
        "'content-type: y' "
        "--data-raw '' 'http://127.0.0.1:3000/'\n");
  request.body = std::string(2000, 'x');
  CHECK(contains(exported(RequestForm::curl, request), "--header 'Expect:'"));
}

TEST_CASE("a body that copying would change is passed to curl in a file") {
  // The names are from sha256sum.
  struct Row {
    std::string body, file;
  };
  const Row rows[] = {
      {"\r\n", "alohook-body-7eb70257.bin"},
      {"\xff", "alohook-body-a8100ae6.bin"},
      {std::string(1, '\0'), "alohook-body-6e340b9c.bin"},
  };
  for (const auto& [body, file] : rows) {
    const std::string text = exported(RequestForm::curl, request_with(body));
    CHECK(text.starts_with("printf %s '" + base64_encode(body) + "' | base64 -d > " + file + "\ncurl "));
    CHECK(contains(text, " --data-binary @" + file + " "));
  }
  CHECK(contains(exported(RequestForm::curl, request_with(std::string(64 * 1024, 'x'))), "--data-raw"));
  CHECK(
      contains(exported(RequestForm::curl, request_with(std::string(64 * 1024 + 1, 'x'))), "--data-binary"));
  CHECK(contains(exported(RequestForm::curl, request_with("\xe2\x80\xae")), "--data-binary"));
  CHECK(contains(exported(RequestForm::curl, request_with("\xc3\xa9\n")), "--data-raw"));
}

TEST_CASE("a curl command is safe to print, whatever its headers contain") {
  const std::string text =
      exported(RequestForm::curl, request_with("{}", {{"X", "\x1b[31m\xff%s'\\!"}, {"-y", "\x07"}}));
  CHECK(contains(text, R"~(--header "$(printf '\130: \033[31m\377%%s\047\134\041')")~"));
  CHECK(contains(text, R"~(--header "$(printf '\055y: \007')")~"));
}

TEST_CASE("curl is kept from changing the URL") {
  const auto command = [](std::string_view url) {
    Request request;
    request.target = parse_url(url).target;
    return exported(RequestForm::curl, request, url);
  };
  CHECK(contains(command("http://[::1]:80/"), " --globoff "));
  CHECK(contains(command("http://[::1]:80/"), " 'http://[::1]/'\n"));
  CHECK(contains(command("http://h/{a,b}"), " --globoff "));
  CHECK(contains(command("http://h/a/../b"), " --path-as-is "));
  CHECK(contains(command("https://h/"), " --http1.1 "));
  CHECK(contains(command("unix:/tmp/a b:/x"), " --unix-socket '/tmp/a b' "));
  CHECK(contains(command("unix:/tmp/a b:/x"), " 'http://localhost/x'\n"));
  const std::string plain = command("http://h/a.b/c?d=../e");
  for (const auto* option : {"--globoff", "--path-as-is", "--http1.1", "--unix-socket"}) {
    CHECK_FALSE(contains(plain, option));
  }
}

TEST_CASE("a Hurl entry contains the request and no assertions") {
  Request request;
  request.target = "/h?x={{y}}";
  request.headers = {{"X-Plain", "a b"}, {"X-Empty", ""}, {"X!", "#1 {{z}} \\ \xe2\x80\xae\xc3\xa9"}};
  request.body = "\xff{}";
  CHECK(exported(RequestForm::hurl, request) ==
        "# an event\n"
        "POST http://127.0.0.1:3000/h?x=\\u{7b}\\u{7b}y\\u{7d}\\u{7d}\n"
        "X-Plain: a b\n"
        "X-Empty:\n"
        "X\\u{21}: \\u{23}1 \\u{7b}\\u{7b}z\\u{7d}\\u{7d} \\u{5c} \\u{202e}\xc3\xa9\n"
        "base64,/3t9;\n"
        "HTTP *\n\n");
  request.body = "";
  CHECK(contains(exported(RequestForm::hurl, request), "\nhex,;\nHTTP *\n"));
}

TEST_CASE("exported HAR is read back byte for byte") {
  RequestExporter exporter(RequestForm::har, parse_url("http://127.0.0.1:3000/"), "1.2.3");
  std::string text = exporter.begin();
  std::vector<Request> requests;
  for (const std::string& body : tricky_bodies) {
    requests.push_back(
        request_with(body, {{"X-Empty", ""}, {"x-twice", "1"}, {"x-twice", "\x1b\xe2\x80\xae"}}));
    text += exporter.add(requests.back(), "an event", at);
  }
  text += exporter.end();
  const auto read = read_har(text);
  REQUIRE(read.size() == requests.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    CAPTURE(i);
    CHECK(read[i].request.method == "POST");
    CHECK(read[i].request.target == requests[i].target);
    CHECK(read[i].request.headers == requests[i].headers);
    CHECK(read[i].request.body == requests[i].body);
    CHECK(verify({Secret("s")}, read[i].request.headers, read[i].request.body, at, {}).verdict ==
          Verdict::valid);
  }
  CHECK_FALSE(contains(text, "\x1b"));
}

TEST_CASE("a HAR document has the members that HAR 1.2 requires") {
  const json log = json::parse(exported(RequestForm::har, request_with("{}")))["log"];
  CHECK(log["version"] == "1.2");
  CHECK(log["creator"] == json::parse(R"({"name":"alohook","version":"1.2.3"})"));
  REQUIRE(log["entries"].size() == 1);
  const json& entry = log["entries"][0];
  CHECK(entry["startedDateTime"] == "2025-11-24T16:00:00.123Z");
  CHECK(entry["request"]["url"] == "http://127.0.0.1:3000/h?x=1&y&=%20");
  CHECK(entry["request"]["queryString"] ==
        json::parse(R"([{"name":"x","value":"1"},{"name":"y","value":""},{"name":"","value":"%20"}])"));
  CHECK(entry["request"]["postData"] == json::parse(R"({"mimeType":"application/json","text":"{}"})"));
  CHECK(entry["request"]["bodySize"] == 2);
  CHECK(entry["response"]["status"] == 0);
}

TEST_CASE("a HAR document without requests is still valid") {
  RequestExporter exporter(RequestForm::har, parse_url("http://127.0.0.1/"));
  const std::string begin = exporter.begin();
  CHECK(read_har(begin + exporter.end()).empty());
}

TEST_CASE("a Vegeta target is one line of JSON with the exact body") {
  for (const std::string& body : tricky_bodies) {
    const std::string line =
        exported(RequestForm::vegeta, request_with(body, {{"X", "1"}, {"X-Other", ""}, {"X", "\"2"}}));
    CHECK(line.find('\n') == line.size() - 1);
    const json target = json::parse(line);
    CHECK(target["method"] == "POST");
    CHECK(target["url"] == "http://127.0.0.1:3000/h?x=1&y&=%20");
    CHECK(base64_decode(target["body"].get<std::string>()) == body);
    CHECK(target["header"]["X"] == json::parse(R"(["1","\"2"])"));
    CHECK(target["header"]["X-Other"] == json::parse(R"([""])"));
    CHECK(target["header"]["Content-Type"] == json::parse(R"(["application/json"])"));
  }
}

TEST_CASE("a request that would change is not exported") {
  const auto form = GENERATE(RequestForm::http, RequestForm::curl, RequestForm::hurl, RequestForm::har,
                             RequestForm::vegeta);
  const auto refused = [form](const Request& request) { CHECK_THROWS_AS(exported(form, request), Error); };
  Request request;
  for (const auto* target : {"", "/a b", "/a\r\nX: 1"}) {
    request.target = target;
    refused(request);
  }
  request = {};
  request.method = "POST /";
  refused(request);
  request = {};
  for (const Header& header : Headers{{"A B", "1"}, {"A", "1\r\nB: 2"}, {"transfer-encoding", "chunked"}}) {
    request.headers = {header};
    refused(request);
  }
}

TEST_CASE("headers that aren't text can only be exported as HTTP and for curl") {
  const Request request = request_with("{}", {{"X", "\xff"}});
  for (const auto form : {RequestForm::hurl, RequestForm::har, RequestForm::vegeta}) {
    CHECK_THROWS_AS(exported(form, request), Error);
  }
  for (const auto form : {RequestForm::http, RequestForm::curl}) CHECK_NOTHROW(exported(form, request));
}
