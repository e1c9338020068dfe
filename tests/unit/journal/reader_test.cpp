#include "journal/reader.h"

#include <sstream>
#include <vector>

#include "journal/event_json.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

std::string line_with(const std::string& id, const std::string& more = R"("body":"")") {
  return R"({"schema":1,"id":")" + id +
         R"(","received_at":"2026-11-23T17:00:00.123Z","remote":"unix","method":"POST",)" +
         R"("target":"/","headers":[],)" + more + "}";
}

struct Reading {
  std::vector<std::string> ids;
  std::vector<std::pair<std::uint64_t, JournalDamage>> damage;
};

Reading read(const std::string& text) {
  Reading reading;
  std::istringstream in(text);
  JournalReader reader(in, [&](auto line, auto damage) { reading.damage.emplace_back(line, damage); });
  while (const auto event = reader.next()) reading.ids.push_back(event->id);
  CHECK(reader.bytes_read() == text.size());
  return reading;
}

using Ids = std::vector<std::string>;
using Damages = std::vector<std::pair<std::uint64_t, JournalDamage>>;

}  // namespace

TEST_CASE("all parts of a journal line are read") {
  const auto event = read_journal_line(
      R"({"schema":1,"id":"a1c6f1e0a1c6f1e0","received_at":"2026-11-23T17:00:00.123Z","remote":"127.0.0.1:4",)"
      R"("method":"PUT","target":"/hooks?x=1","headers":[["X-b","1"],["X-b",""],["x-odd",{"base64":"//4="}]],)"
      R"("body":"{\"type\":\"action_created\"}","type":"action_created",)"
      R"("signature":{"verdict":"stale","encoding":"hex","secret":1,"age_s":400},)"
      R"("answer":{"status":200,"ms":1.2,"fault":"reset"},"forward":{"status":502},"new":[[[[1]]]]})");
  REQUIRE(event);
  CHECK(event->id == "a1c6f1e0a1c6f1e0");
  CHECK(iso8601(event->received_at) == "2026-11-23T17:00:00.123Z");
  CHECK(event->request.method == "PUT");
  CHECK(event->request.target == "/hooks?x=1");
  CHECK(event->request.headers == Headers{{"X-b", "1"}, {"X-b", ""}, {"x-odd", "\xff\xfe"}});
  CHECK(event->request.body == R"({"type":"action_created"})");
  CHECK(event->type == "action_created");
  CHECK(event->verdict == "stale");
  CHECK(event->encoding == Encoding::hex);
}

TEST_CASE("a body's exact bytes are restored from either key") {
  const auto body_of = [](const std::string& json) {
    return read_journal_line(line_with("x", json)).value().request.body;
  };
  CHECK(body_of(R"("body":"")").empty());
  CHECK(body_of(R"("body":"\u0000\u001b\u007f\u202e\r\n\t\"\\\/")") ==
        std::string("\0\x1b\x7f\xe2\x80\xae\r\n\t\"\\/", 12));
  CHECK(body_of(R"("body":"\ud83d\ude80é")") == "\xf0\x9f\x9a\x80\xc3\xa9");
  CHECK(body_of(R"("body_base64":"H4sA/w==")") == std::string("\x1f\x8b\0\xff", 4));
}

TEST_CASE("every byte survives writing and reading") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const std::string& bytes : {all, all.substr(0, 128), std::string("\xe2\x80\xa8\xef\xbb\xbf")}) {
    const ReceivedEvent written{.id = "0123456789abcdef",
                                .received_at = Time{std::chrono::seconds{1795453200}},
                                .remote = "unix",
                                .request = {"POST", "/" + bytes, {{"X", bytes}, {"x", ""}}, bytes},
                                .type = {},
                                .verification = {},
                                .causes = {}};
    const auto read = read_journal_line(to_json_line(written));
    REQUIRE(read);
    CHECK(read->request.body == bytes);
    CHECK(read->request.target == "/" + bytes);
    CHECK(read->request.headers == written.request.headers);
    CHECK_FALSE(read->type);
    CHECK(read->received_at == written.received_at);
  }
}

TEST_CASE("lines other than events of schema 1 are rejected") {
  const std::string good = line_with("a");
  REQUIRE(read_journal_line(good));
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    REQUIRE(text.find(from) != std::string::npos);
    return text.replace(text.find(from), from.size(), to);
  };
  const std::vector<std::string> bad = {"",
                                        "null",
                                        "[]",
                                        "\xff",
                                        std::string(100'000, '['),
                                        changed("\"schema\":1", "\"schema\":2"),
                                        changed("\"schema\":1", "\"schema\":\"1\""),
                                        changed("\"id\":\"a\"", "\"id\":\"\""),
                                        changed("\"id\":\"a\"", "\"id\":7"),
                                        changed("2026-11-23T", "yesterday "),
                                        changed("\"headers\":[]", "\"headers\":{}"),
                                        changed("\"headers\":[]", "\"headers\":[[\"a\"]]"),
                                        changed("\"headers\":[]", "\"headers\":[[1,\"a\"]]"),
                                        changed("\"headers\":[]", "\"headers\":[[\"a\",1]]"),
                                        changed("\"headers\":[]", "\"headers\":[[\"a\",{\"base64\":\"*\"}]]"),
                                        changed("\"body\":\"\"", "\"body\":{}"),
                                        changed("\"body\":\"\"", "\"body_base64\":\"A\""),
                                        changed("\"method\":\"POST\",", "")};
  for (const std::string& line : bad) {
    INFO(line.substr(0, 200));
    CHECK_FALSE(read_journal_line(line));
  }
  // No truncated line is an event.
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(read_journal_line(good.substr(0, size)));
}

TEST_CASE("unreadable lines are reported by number and skipped, empty ones silently") {
  const Reading reading =
      read(line_with("a") + "\n\n  \r\nnonsense\n" + line_with("b") + "\r\n{\"schema\":1}\n");
  CHECK(reading.ids == Ids{"a", "b"});
  CHECK(reading.damage == Damages{{4, JournalDamage::malformed}, {6, JournalDamage::malformed}});
}

TEST_CASE("a truncated last line is reported, but one that only lacks its newline is an event") {
  const std::string whole = line_with("b");
  const Reading torn = read(line_with("a") + "\n" + whole.substr(0, whole.size() - 5));
  CHECK(torn.ids == Ids{"a"});
  CHECK(torn.damage == Damages{{2, JournalDamage::torn}});
  const Reading unended = read(line_with("a") + "\n" + whole);
  CHECK(unended.ids == Ids{"a", "b"});
  CHECK(unended.damage.empty());
}

TEST_CASE("an event that was appended to a truncated line is found") {
  const Reading reading = read(line_with("a").substr(0, 60) + line_with("b") + "\n" + line_with("c") + "\n");
  CHECK(reading.ids == Ids{"b", "c"});
  CHECK(reading.damage == Damages{{1, JournalDamage::torn}});
}

TEST_CASE("a journal line inside an event's body is not an event") {
  const std::string inner = line_with("inner");
  const ReceivedEvent outer{.id = "outer",
                            .received_at = {},
                            .remote = {},
                            .request = {.body = inner + "\n" + inner},
                            .type = {},
                            .verification = {},
                            .causes = {}};
  const std::string line = to_json_line(outer);
  CHECK(read(line + "\n").ids == Ids{"outer"});
  CHECK(read(line.substr(0, line.size() - 4) + "\n").ids.empty());
}

TEST_CASE("a line beyond the limit is skipped without being stored, and the next lines are read") {
  class Endless : public std::streambuf {
   public:
    explicit Endless(std::string tail) : block_(1 << 20, 'x'), tail_(std::move(tail)) {}
    int_type underflow() override {
      if (count_ == 140 * 1024 * 1024 / block_.size() + 1) return traits_type::eof();
      std::string& bytes = ++count_ <= 140 * 1024 * 1024 / block_.size() ? block_ : tail_;
      setg(bytes.data(), bytes.data(), bytes.data() + bytes.size());
      return traits_type::to_int_type(*gptr());
    }

   private:
    std::string block_, tail_;
    std::size_t count_ = 0;
  };
  Endless buffer("\n" + line_with("a") + "\n");
  std::istream in(&buffer);
  Damages damages;
  JournalReader reader(in, [&](auto line, auto damage) { damages.emplace_back(line, damage); });
  CHECK(reader.next().value().id == "a");
  CHECK_FALSE(reader.next());
  CHECK(damages == Damages{{1, JournalDamage::too_long}});
}

TEST_CASE("reading a journal that grows meanwhile stops at its initial end") {
  const std::string first = line_with("a") + "\n";
  std::stringstream file(first);
  JournalReader reader(
      file, [](auto, auto) {}, {}, first.size());
  CHECK(reader.next().value().id == "a");
  file << line_with("b") << "\n";
  CHECK_FALSE(reader.next());
}
