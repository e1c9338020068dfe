#include "options/found_configuration.h"

#include <sys/stat.h>

#include "base/error.h"
#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

namespace {

/// A temporary working directory.
class WorkingDirectory {
 public:
  WorkingDirectory() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder_.path());
  }
  ~WorkingDirectory() { std::filesystem::current_path(before_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

  const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  std::filesystem::path before_;
};

struct FoundWorld : World {
  FoundWorld() { environment["ALOHOOK_SECRET"] = "from-the-environment"; }
  WorkingDirectory directory;

  void configure(std::string_view toml) { directory.folder().write("alohook.toml", toml); }
};

}  // namespace

TEST_CASE(
    "an automatically found configuration file can't run programs, leave its directory, name other hosts, or "
    "disable checks") {
  const WorkingDirectory directory;
  std::filesystem::create_symlink("/etc", "link");
  std::filesystem::create_symlink("/nowhere-" + directory.folder().path().filename().string(), "new");
  struct Row {
    const char *name, *kind, *value;
    bool is_allowed;
  };
  const Row rows[] = {
      {"effects-cmd", "COMMAND", "id", false},
      {"insecure", "", "true", false},
      {"insecure", "", "false", true},
      {"forward-all", "", "true", false},
      {"tolerance", "DURATION", "10h", false},
      {"show", "", "true", false},
      {"secret-file", "FILE", "secret.txt", true},
      {"secret-file", "FILE", "certs/secret.txt", true},
      {"secret-file", "FILE", "-", true},
      {"secret-file", "FILE", "../secret.txt", false},
      {"secret-file", "FILE", "/etc/passwd", false},
      {"secret-file", "FILE", "link/passwd", false},
      {"record", "FILE", "a/../../events.jsonl", false},
      {"record", "FILE", "new", false},
      {"record", "FILE", "new/events.jsonl", false},
      {"record", "FILE", "there/are/none/events.jsonl", true},
      {"record", "FILE", ".git/config", false},
      {"html", "FILE", "report.html", true},
      {"fixtures", "DIR", "/etc", false},
      {"url", "URL", "http://127.0.0.1:3000/hooks", true},
      {"url", "URL", "https://localhost/", true},
      {"url", "URL", "3000", true},
      {"url", "URL", ":3000/hooks", true},
      {"url", "URL", "unix:app.sock:/hooks", true},
      {"url", "URL", "unix:/run/docker.sock:/", false},
      {"url", "URL", "http://example.com/", false},
      {"url", "URL", "http://127.0.0.1.example.com/", false},
      {"url", "URL", "http://127.0.0.1@example.com/", false},
      {"url", "URL", "example.com", false},
      {"effects-url", "URL", "http://192.0.2.1/", false},
      {"forward", "[TYPE=]URL", "action_created=http://127.0.0.1:3000/a?b=c", true},
      {"forward", "[TYPE=]URL", "action_created=http://example.com/", false},
      {"host", "HOST", "127.0.0.1", true},
      {"host", "HOST", "::1", true},
      {"host", "HOST", "LOCALHOST", true},
      {"host", "HOST", "0.0.0.0", false},
      {"resolve", "RULE", "a:1:127.0.0.1", true},
      {"resolve", "RULE", "a:1:[::1]", true},
      {"resolve", "RULE", "a:1:127.0.0.1,192.0.2.1", false},
      {"respond", "LIST", "503,200:body.json,200:reset", true},
      {"respond", "LIST", "503,200:/etc/passwd", false},
      {"respond", "LIST", "200:../key", false},
      {"event", "EVENT", "action_created", true},
      {"event", "EVENT", "events/a.json", true},
      {"event", "EVENT", "/etc/passwd", false},
      {"port", "PORT", "9000", true},
      {"only", "PATTERN", "raw-*", true},
      {"skip", "ID=REASON", "raw-numbers=none here", true},
  };
  for (const Row& row : rows) {
    INFO(row.name << " = " << row.value);
    CHECK(objection_to(row.name, row.kind, row.value, "").empty() == row.is_allowed);
  }
}

TEST_CASE(
    "a forbidden setting in an automatically found file is an error that explains how to trust the file") {
  FoundWorld world;
  world.configure("url = \"http://example.com/\"\n");
  CHECK(world.run({"send", "action_created"}) == 2);
  CHECK(world.sent.empty());
  CHECK_THAT(world.err.str(), ContainsSubstring("'url' in 'alohook.toml' is not allowed") &&
                                  ContainsSubstring("if you trust it, name it: --config alohook.toml"));
  world.run({"send", "action_created", "--config", "alohook.toml"});
  CHECK(world.connected.back().host == "example.com");
}

TEST_CASE("a forbidden setting may be overridden with a flag") {
  FoundWorld world;
  world.configure("url = \"http://example.com/\"\n");
  CHECK(world.run({"send", "action_created", "http://127.0.0.1:1/"}) == 0);
  CHECK(world.connected.back().host == "127.0.0.1");
}

TEST_CASE("an automatically found configuration file is named on stderr if a setting is read from it") {
  FoundWorld world;
  world.configure("timeout = \"5s\"\n");
  CHECK(world.run({"send", "action_created"}) == 0);
  CHECK_THAT(world.err.str(), ContainsSubstring("with alohook.toml\n"));
  world.err.str("");
  world.configure("[listen]\nport = 9000\n");
  CHECK(world.run({"send", "action_created"}) == 0);
  CHECK_THAT(world.err.str(), !ContainsSubstring("with alohook.toml"));
}

TEST_CASE("an automatically found configuration file that other users can write to is rejected") {
  FoundWorld world;
  world.configure("timeout = \"5s\"\n");
  ::chmod("alohook.toml", 0666);
  CHECK(world.run({"send", "action_created"}) == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("other users can write to 'alohook.toml'"));
  CHECK(world.sent.empty());
  CHECK(world.run({"send", "action_created", "--config", "alohook.toml"}) == 0);
}

TEST_CASE("a configuration file is found in a parent directory, but not outside the repository") {
  FoundWorld world;
  const auto& folder = world.directory.folder();
  world.configure("timeout = \"5s\"\nsecret_file = \"secret.txt\"\n");
  folder.write("secret.txt", "in-the-parent\n");
  folder.write("app/inner/.keep", "");
  world.environment.erase("ALOHOOK_SECRET");
  std::filesystem::current_path(folder.path() / "app/inner");
  REQUIRE(world.run({"send", "action_created"}) == 0);
  CHECK(world.connect_options.back().timeout == std::chrono::milliseconds{30'000});  // outside a repository
  folder.write(".git/HEAD", "");
  REQUIRE(world.run({"send", "action_created"}) == 0);
  CHECK(world.connect_options.back().timeout == std::chrono::milliseconds{5'000});
  CHECK_THAT(world.err.str(), ContainsSubstring("with ../../alohook.toml\n"));
  // The path of the secret file is relative to the file that contains it.
  CHECK(verify({Secret("in-the-parent")}, world.sent.back().headers, world.sent.back().body, world.now, {})
            .verdict == Verdict::valid);
  folder.write("app/.git/HEAD", "");
  REQUIRE(world.run({"send", "action_created"}) == 0);
  CHECK(world.connect_options.back().timeout == std::chrono::milliseconds{30'000});
}
