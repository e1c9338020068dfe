#include "output/live_keys.h"

#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

namespace {

using Kind = Key::Kind;

/// A log with a status line below it, and keyboard input.
struct Live {
  Live() {
    world.out_is_terminal = true;
    context.emplace(world.context());
    console.emplace(*context, Format::human, Palette(false));
    console->attach(&line);
    keys.emplace(*console, line, view,
                 LiveKeys::Actions{
                     .whole = [](const ReceivedEvent& event) { return "whole " + event.id + "\n"; },
                     .explain = [](const ReceivedEvent& event) { return "explain " + event.id + "\n"; },
                     .curl = [](const ReceivedEvent& event) { return "curl " + event.id + "\n"; },
                     .replay = [](const LiveKeys::Event& event) { return "replay " + event->id + "\n"; },
                     .quit = [this] { has_quit = true; },
                 });
    keys->on_key({Kind::resumed});
  }

  void press(const std::string& characters) {
    for (const char c : characters) keys->on_key({Kind::character, std::string(1, c)});
  }
  void event(const std::string& id, Verdict verdict = Verdict::valid, const std::string& body = "{}") {
    auto e = std::make_shared<ReceivedEvent>();
    e->id = id;
    e->type = "action_created";
    e->verification.verdict = verdict;
    e->request.body = body;
    keys->on_event(e);
    if (keys->matches(*e)) keys->print("event " + id + "\n");
  }
  /// Returns what was written since the last call.
  std::string written() {
    std::string text = world.out.str();
    world.out.str("");
    return text;
  }
  /// Returns the same without the status line.
  std::string log() {
    std::string out, text = written();
    while (!text.empty()) {
      const auto end = text.find("\r\x1b[K");
      const std::string part = text.substr(0, end);
      out += part.substr(0, part.rfind('\n') == std::string::npos ? 0 : part.rfind('\n') + 1);
      text = end == std::string::npos ? "" : text.substr(end + 4);
    }
    return out;
  }

  World world;
  std::optional<Context> context;
  std::optional<Console> console;
  StatusLine line{[] { return std::size_t{100}; }};
  EventView view;
  std::optional<LiveKeys> keys;
  bool has_quit = false;
};

}  // namespace

TEST_CASE(
    "an event is printed by erasing the line, printing the event and redrawing the line, in one write") {
  Live live;
  live.written();
  live.event("a1");
  CHECK(live.written().starts_with("\r\x1b[Kevent a1\n1 event  ↑↓ choose"));
  live.event("b2", Verdict::invalid);
  CHECK(live.written().starts_with("\r\x1b[Kevent b2\n2 events · 1 rejected  ↑↓ choose"));
}

TEST_CASE("the line is truncated to the width of the terminal, leaving the last column free") {
  std::size_t width = 40;
  StatusLine line([&width] { return width; });
  line.set("12 events", "↑↓ choose  ⏎ show  r replay  c curl  ? keys");
  line.show(true);
  CHECK(line.draw(Palette(false)) == "12 events  ↑↓ choose  ⏎ show  ? keys");
  width = 17;
  CHECK(line.draw(Palette(false)) == "12 events");
  width = 8;
  CHECK(line.draw(Palette(false)) == "12 eve…");
  line.show(false);
  CHECK(line.draw(Palette(false)).empty());
  CHECK(line.erase().empty());
}

TEST_CASE("arrow keys select an event, Enter shows it, Esc deselects it") {
  Live live;
  for (const char* id : {"a1", "b2", "c3"}) live.event(id);
  live.log();
  live.keys->on_key({Kind::up});
  CHECK_THAT(live.written(), ContainsSubstring("▸ action_created ✓"));
  live.keys->on_key({Kind::up});
  live.keys->on_key({Kind::enter});
  CHECK(live.log() == "whole b2\n");
  for (int i = 0; i < 5; ++i) live.keys->on_key({Kind::down});
  live.keys->on_key({Kind::enter});
  CHECK(live.log() == "whole c3\n");
  live.keys->on_key({Kind::escape});
  live.keys->on_key({Kind::enter});
  CHECK(live.log() == "\n");
}

TEST_CASE("keys act on the selected event, or else on the last one") {
  Live live;
  live.press("r");
  CHECK(live.log() == "no event has arrived yet\n");
  live.press("c");
  CHECK(live.log().empty());
  live.event("a1");
  live.event("b2");
  live.log();
  live.press("re");
  CHECK(live.log() == "replay b2\nexplain b2\n");
  live.keys->on_key({Kind::up});
  live.keys->on_key({Kind::up});
  live.press("r");
  CHECK(live.log() == "replay a1\n");
}

TEST_CASE("a copied command is also put on the terminal's clipboard") {
  Live live;
  live.event("a1");
  live.written();
  live.press("c");
  const std::string text = live.written();
  CHECK_THAT(text, ContainsSubstring("\x1b]52;c;Y3VybCBhMQo=\x07"));  // base64 of `curl a1\n`
  CHECK_THAT(text, ContainsSubstring("\x1b[Kcurl a1\n"));
}

TEST_CASE("a paused log keeps its lines, counts them, and prints them in order") {
  Live live;
  live.press("p");
  live.log();
  for (int i = 0; i < 3; ++i) live.event("a" + std::to_string(i));
  const std::string text = live.written();
  CHECK_THAT(text, ContainsSubstring("paused, 3 new") && !ContainsSubstring("event a1"));
  live.press("p");
  CHECK(live.log() == "event a0\nevent a1\nevent a2\n");
  live.event("b1");
  CHECK(live.log() == "event b1\n");
}

TEST_CASE("a paused log keeps at most 1,000 lines, and reports how many it omitted") {
  Live live;
  live.press("p");
  for (int i = 0; i < 1212; ++i) live.event("e" + std::to_string(i));
  live.log();
  live.press("p");
  const std::string text = live.log();
  CHECK_THAT(text,
             ContainsSubstring("event e999\n… 212 more lines were not held: alohook events lists them\n"));
}

TEST_CASE("held lines are printed at the end") {
  Live live;
  live.press("p");
  live.event("a1");
  live.log();
  live.keys->finish();
  CHECK(live.log() == "event a1\n");
}

TEST_CASE("a filter is typed below the log and applied with Enter") {
  Live live;
  live.event("a1", Verdict::valid, "Leak in hall B");
  live.log();
  live.press("/leax");
  CHECK_THAT(live.written(), ContainsSubstring("/leax▏"));
  live.keys->on_key({Kind::erase});
  live.press("k");
  live.keys->on_key({Kind::enter});
  CHECK_THAT(live.log(), ContainsSubstring("only events with 'leak' are shown, 1 so far"));
  live.event("b2", Verdict::valid, "other");
  live.event("c3", Verdict::valid, "another LEAK");
  CHECK(live.log() == "event c3\n");
  live.press("/");
  live.keys->on_key({Kind::escape});
  live.event("d4");
  CHECK(live.log() == "event d4\n");
}

TEST_CASE("a filter applies to type, verdict, ID and text") {
  Live live;
  const auto matches = [&](const std::string& filter, const ReceivedEvent& event) {
    live.press("/");
    live.keys->on_key({Kind::escape});
    live.press("/" + filter);
    live.keys->on_key({Kind::enter});
    return live.keys->matches(event);
  };
  ReceivedEvent event;
  event.id = "00112233445566aa";
  event.type = "action_created";
  event.verification.verdict = Verdict::stale;
  event.request.body = "Leak";
  for (const char* filter : {"created", "STALE", "0011", "leak"}) CHECK(matches(filter, event));
  for (const char* filter : {"updated", "valid", "66aa", "x"}) CHECK_FALSE(matches(filter, event));
}

TEST_CASE("other keys toggle headers, list the keys, and quit") {
  Live live;
  live.log();
  live.press("v");
  CHECK(live.view.with_headers);
  CHECK(live.log() == "headers are shown\n");
  live.press("v");
  CHECK_FALSE(live.view.with_headers);
  live.log();
  live.press("?");
  CHECK_THAT(live.log(), ContainsSubstring("replay it") && ContainsSubstring("quit, as Ctrl-C") &&
                             !ContainsSubstring("inspector"));
  live.press("oxyz");
  CHECK(live.log().empty());
  CHECK_FALSE(live.has_quit);
  live.press("q");
  CHECK(live.has_quit);
}

TEST_CASE("the line is removed while the program is in the background") {
  Live live;
  live.keys->on_key({Kind::suspended});
  live.written();
  live.event("a1");
  CHECK(live.written() == "event a1\n");
  live.keys->on_key({Kind::resumed});
  CHECK_THAT(live.written(), ContainsSubstring("1 event  ↑↓ choose"));
}

TEST_CASE("hostile bytes in a filter and a type are made visible") {
  Live live;
  live.keys->on_key({Kind::character, "/"});
  live.keys->on_key({Kind::character, "\xe2\x80\xae"});
  live.keys->on_key({Kind::enter});
  CHECK(live.written().find("\xe2\x80\xae") == std::string::npos);
}
