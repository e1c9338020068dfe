#include "options/settings.h"

#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;
using std::chrono::milliseconds;

namespace {

/// An environment in which `send` works without further settings.
struct SettingsWorld : World {
  SettingsWorld() { environment["ALOHOOK_SECRET"] = "from-the-environment"; }

  int send(std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"send", "action_created"});
    return run(flags);
  }
  void configure(std::string_view toml) { home.write(".config/alohook/config.toml", toml); }
  milliseconds timeout() const { return connect_options.back().timeout; }

  /// Returns which of these secrets signed the last request, counted from 1.
  std::optional<std::size_t> signer(const Secrets& secrets) const {
    return verify(secrets, sent.back().headers, sent.back().body, now, {}).secret;
  }
};

const std::string config_name = "/.config/alohook/config.toml";

}  // namespace

TEST_CASE("flags override the environment, then the command's section, the top level and the default") {
  SettingsWorld world;
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{30'000});
  world.configure("timeout = \"1s\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{1'000});
  world.configure("timeout = \"1s\"\n\n[send]\ntimeout = \"2s\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{2'000});
  world.environment["ALOHOOK_TIMEOUT"] = "3s";
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{3'000});
  REQUIRE(world.send({"--timeout", "4s"}) == 0);
  CHECK(world.timeout() == milliseconds{4'000});
}

TEST_CASE("a section applies only to its command, the top level to every command with the flag") {
  SettingsWorld world;
  world.configure("port = 1234\n[challenge]\ntimeout = \"2s\"\n[listen]\nmax-body = \"1k\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{30'000});
  world.run({"challenge"});
  CHECK(world.timeout() == milliseconds{2'000});
}

TEST_CASE("keys can be written with underscores or hyphens") {
  SettingsWorld world;
  world.configure("[send]\nconnect_timeout = \"7s\"\nexpect-status = \"503\"\n");
  CHECK(world.send() == 1);
  CHECK(world.connect_options.back().connect_timeout == milliseconds{7'000});
}

TEST_CASE(
    "the configuration file is set by the flag, ALOHOOK_CONFIG, XDG_CONFIG_HOME or HOME, in this order") {
  SettingsWorld world;
  const TemporaryFolder folder;
  world.configure("timeout = \"1s\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{1'000});
  folder.write("alohook/config.toml", "timeout = \"2s\"\n");
  world.environment["XDG_CONFIG_HOME"] = folder.path().string();
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{2'000});
  world.environment["ALOHOOK_CONFIG"] = folder.write("three.toml", "timeout = \"3s\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{3'000});
  REQUIRE(world.send({"--config", folder.write("four.toml", "timeout = \"4s\"\n")}) == 0);
  CHECK(world.timeout() == milliseconds{4'000});
}

TEST_CASE("alohook.toml in the current directory takes precedence over the one below the home directory") {
  SettingsWorld world;
  world.configure("timeout = \"1s\"\n");
  const TemporaryFolder folder;
  folder.write("alohook.toml", "timeout = \"2s\"\n");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const int code = world.send();
  std::filesystem::current_path(before);
  REQUIRE(code == 0);
  CHECK(world.timeout() == milliseconds{2'000});
}

TEST_CASE("a relative XDG directory is ignored, as the specification requires") {
  World world;
  const Context context = world.context();
  CHECK(xdg_folder(context, "XDG_STATE_HOME", ".local/state") ==
        world.home.path().string() + "/.local/state/alohook");
  world.environment["XDG_STATE_HOME"] = "relative";
  CHECK(xdg_folder(context, "XDG_STATE_HOME", ".local/state") ==
        world.home.path().string() + "/.local/state/alohook");
  world.environment["XDG_STATE_HOME"] = "/absolute";
  CHECK(xdg_folder(context, "XDG_STATE_HOME", ".local/state") == "/absolute/alohook");
  world.environment = {{"HOME", "relative"}};
  CHECK(xdg_folder(context, "XDG_STATE_HOME", ".local/state") == std::nullopt);
}

TEST_CASE("an unknown key is an error that names the file and suggests a similar key") {
  SettingsWorld world;
  const auto [toml, key, hint] = GENERATE(table<std::string, std::string, std::string>({
      {"timeuot = \"1s\"", "timeuot", "did you mean 'timeout'?"},
      {"[send]\nexpectstatus = \"2xx\"", "expectstatus", "did you mean 'expect-status'?"},
      {"[send]\nport = 1", "port", ""},
      {"help = true", "help", ""},
      {"config = \"x\"", "config", ""},
      {"zzzzzzzz = 1", "zzzzzzzz", "keys are the long flags without their dashes"},
  }));
  world.configure(toml);
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("alohook: unknown key '" + key + "' in '"));
  CHECK_THAT(world.err.str(), ContainsSubstring(config_name));
  CHECK_THAT(world.err.str(), ContainsSubstring(hint));
  CHECK(world.sent.empty());
}

TEST_CASE("an unknown section is an error, even if it is empty") {
  SettingsWorld world;
  world.configure(GENERATE(as<std::string>{}, "[lisen]\nport = 1\n", "[lisen]\n"));
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("unknown section '[lisen]'"));
}

TEST_CASE("a section inside another is an error") {
  SettingsWorld world;
  world.configure("[send.deep]\ntimeout = \"1s\"\n");
  CHECK(world.send() == 2);
  CHECK(world.sent.empty());
}

TEST_CASE("a file that isn't TOML is an error that names it") {
  SettingsWorld world;
  world.configure(GENERATE(as<std::string>{}, "timeout = \n", "[send\n", "just words\n", "timeout = \"5s\n"));
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring(config_name));
}

TEST_CASE("an unknown section is rejected with a suggestion") {
  SettingsWorld world;
  world.configure("[lisen]\nport = 1\n");
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("did you mean '[listen]'?"));
}

TEST_CASE("a malformed value is rejected with its source and the expected format") {
  SettingsWorld world;
  world.environment["ALOHOOK_TIMEOUT"] = "soon";
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("alohook: ALOHOOK_TIMEOUT: expected a duration") &&
                                  ContainsSubstring("'soon'"));
  world.environment.erase("ALOHOOK_TIMEOUT");
  const auto [toml, words] = GENERATE(table<std::string, std::string>({
      {"timeout = \"soon\"", "config.toml: timeout: "},
      {"timeout = [\"1s\", \"2s\"]", "config.toml: timeout: "},
      {"encoding = \"rot13\"", "encoding: expected v0, hex or base64, got 'rot13'"},
      {"format = \"xml\"", "format: expected human, json or quiet, got 'xml'"},
      {"insecure = \"perhaps\"", "config.toml: insecure: "},
      {"seed = \"x\"", "config.toml: seed: "},
  }));
  world.err.str("");
  world.configure(toml);
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring(words));
  CHECK(world.sent.empty());
}

TEST_CASE("hostile bytes in a setting are displayed escaped") {
  SettingsWorld world;
  world.environment["ALOHOOK_TIMEOUT"] = "\x1b[2J";
  CHECK(world.send() == 2);
  CHECK(world.err.str().find('\x1b') == std::string::npos);
}

TEST_CASE("switches are enabled by true and unchanged by false") {
  SettingsWorld world;
  world.configure("insecure = true\n");
  REQUIRE(world.send() == 0);
  CHECK_FALSE(world.connect_options.back().verify_tls);
  world.configure("insecure = false\n");
  REQUIRE(world.send() == 0);
  CHECK(world.connect_options.back().verify_tls);
  world.environment["ALOHOOK_INSECURE"] = "1";
  REQUIRE(world.send() == 0);
  CHECK_FALSE(world.connect_options.back().verify_tls);
}

TEST_CASE("an array sets a flag several times") {
  SettingsWorld world;
  world.configure(
      "header = [\"X-One: 1\", \"X-Two: a, b\"]\nresolve = [\n  \"a:1:127.0.0.1\",\n  "
      "\"b:2:127.0.0.1\"\n]\n");
  REQUIRE(world.send() == 0);
  CHECK(header_value(world.sent.back().headers, "X-One") == "1");
  CHECK(header_value(world.sent.back().headers, "X-Two") == "a, b");
  CHECK(world.connect_options.back().resolve == std::vector<std::string>{"a:1:127.0.0.1", "b:2:127.0.0.1"});
}

TEST_CASE("an array may span several lines, with comments and a trailing comma") {
  SettingsWorld world;
  world.configure(
      "header = [  # two\n  'X-One: [1',\n\t'X-Two: 2',  # the second ]\n  ]\ntimeout = \"5s\"\n");
  REQUIRE(world.send() == 0);
  CHECK(header_value(world.sent.back().headers, "X-One") == "[1");
  CHECK(header_value(world.sent.back().headers, "X-Two") == "2");
  CHECK(world.timeout() == milliseconds{5'000});
}

TEST_CASE("several secrets can be configured, and the first one signs") {
  SettingsWorld world;
  world.environment.erase("ALOHOOK_SECRET");
  world.configure("secret = [\"first one\", 'second']\n");
  REQUIRE(world.send() == 0);
  CHECK(world.signer({Secret("second"), Secret("first one")}) == 2);
}

TEST_CASE(
    "a secret and a secret file are one setting, and only the source with the highest precedence applies") {
  const Secrets all{Secret("flag"), Secret("environment"), Secret("section"), Secret("top")};
  const TemporaryFolder folder;
  const auto file = [&](const std::string& name) { return folder.write(name, name + "\n"); };
  SettingsWorld world;
  world.environment.erase("ALOHOOK_SECRET");
  world.configure("secret_file = \"" + file("top") + "\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.signer(all) == 4);
  world.configure("secret_file = \"" + file("top") + "\"\n[send]\nsecret = \"section\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.signer(all) == 3);
  world.configure("secret = \"top\"\n[send]\nsecret_file = \"" + file("section") + "\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.signer(all) == 3);
  world.environment["ALOHOOK_SECRET"] = "environment";
  REQUIRE(world.send() == 0);
  CHECK(world.signer(all) == 2);
  REQUIRE(world.send({"--secret-file", file("flag")}) == 0);
  CHECK(world.signer(all) == 1);
  world.environment = {{"HOME", world.home.path().string()}, {"ALOHOOK_SECRET_FILE", file("environment")}};
  REQUIRE(world.send() == 0);
  CHECK(world.signer(all) == 2);
  REQUIRE(world.send({"--secret", "flag"}) == 0);
  CHECK(world.signer(all) == 1);
}

TEST_CASE("an empty value is a usage error in a flag, a variable and a key") {
  SettingsWorld world;
  for (const std::string variable :
       {"ALOHOOK_TIMEOUT", "ALOHOOK_CONFIG", "ALOHOOK_CACERT", "ALOHOOK_SECRET"}) {
    CAPTURE(variable);
    world.environment[variable] = "";
    CHECK(world.send() == 2);
    CHECK_THAT(world.err.str(), ContainsSubstring(variable + " is empty"));
    world.environment.erase(variable);
  }
  world.configure("cacert = \"\"\n");
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("cacert is empty"));
  CHECK(world.sent.empty());
}

TEST_CASE("no command's option accepts an empty value") {
  const auto empty_value = GENERATE(
      as<std::vector<std::string>>{}, std::vector<std::string>{"listen", "--record", ""},
      std::vector<std::string>{"listen", "--unix", ""}, std::vector<std::string>{"listen", "--port-file", ""},
      std::vector<std::string>{"listen", "--path", ""}, std::vector<std::string>{"listen", "--only", ""},
      std::vector<std::string>{"listen", "--tls-cert", "", "--tls-key", ""},
      std::vector<std::string>{"check", "--junit", ""}, std::vector<std::string>{"check", "--html="},
      std::vector<std::string>{"send", "action_created", ""},
      std::vector<std::string>{"send", "action_created", "--unix", ""},
      std::vector<std::string>{"replay", ""}, std::vector<std::string>{"listen", "--inspect", ""},
      std::vector<std::string>{"send", "action_created", "--insecure="},
      std::vector<std::string>{"send", "action_created", "--config", ""});
  SettingsWorld world;
  CHECK(world.run(empty_value) == 2);
  // CLI11 can't distinguish `--flag=` from a flag without a value.
  CHECK_THAT(world.err.str(), ContainsSubstring(" is empty") || ContainsSubstring(": missing value"));
  CHECK(world.sent.empty());
}

TEST_CASE("the URL is taken from the argument, the environment or the file, in this order") {
  SettingsWorld world;
  world.configure("url = \"http://127.0.0.1:1/file\"\n");
  REQUIRE(world.send() == 0);
  CHECK(world.connected.back().target == "/file");
  world.environment["ALOHOOK_URL"] = "http://127.0.0.1:1/environment";
  REQUIRE(world.send() == 0);
  CHECK(world.connected.back().target == "/environment");
  REQUIRE(world.send({"http://127.0.0.1:1/argument"}) == 0);
  CHECK(world.connected.back().target == "/argument");
}

TEST_CASE("comments are ignored, and a number sign inside quotes doesn't start one") {
  SettingsWorld world;
  world.environment.erase("ALOHOOK_SECRET");
  world.configure(
      "# alohook's settings\n"
      "timeout = \"5s\"  # not \"6s\"\n"
      "secret = [\"a#b\", 'c#\"d']  # both\n"
      "  # the end\n");
  REQUIRE(world.send() == 0);
  CHECK(world.timeout() == milliseconds{5'000});
  CHECK(world.signer({Secret("c#\"d"), Secret("a#b")}) == 2);
}

TEST_CASE("escapes in a configured string follow TOML") {
  SettingsWorld world;
  world.configure("header = [\"X-One: a\\\\b\", 'X-Two: a\\b', \"X-Three: \\u00e9\"]\n");
  REQUIRE(world.send() == 0);
  CHECK(header_value(world.sent.back().headers, "X-One") == "a\\b");
  CHECK(header_value(world.sent.back().headers, "X-Two") == "a\\b");
  CHECK(header_value(world.sent.back().headers, "X-Three") == "\xc3\xa9");
}

TEST_CASE("a configured value with a NUL byte is rejected") {
  SettingsWorld world;
  world.configure(
      GENERATE(as<std::string>{}, "cacert = \"a\\u0000b\"\n", "header = [\"X-One: a\", \"X: \\u0000\"]\n"));
  CHECK(world.send() == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("contains a NUL byte"));
  CHECK(world.sent.empty());
}

TEST_CASE("a configuration file that can't be read is an error") {
  SettingsWorld world;
  CHECK(world.send({"--config", world.home.path().string() + "/missing.toml"}) == 2);
  CHECK_THAT(world.err.str(), ContainsSubstring("can't read"));
  CHECK(world.send({"--config", world.home.path().string()}) == 2);
  world.environment["ALOHOOK_CONFIG"] = "/missing/alohook.toml";
  CHECK(world.send() == 2);
  CHECK(world.sent.empty());
}

TEST_CASE("an error never shows a configured secret") {
  SettingsWorld world;
  world.environment.erase("ALOHOOK_SECRET");
  world.configure("secret = \"  hush-hush\"\n");
  CHECK(world.send() == 2);
  CHECK(world.err.str().find("hush") == std::string::npos);
}

TEST_CASE("durations and sizes are parsed with their units, and anything else is rejected") {
  SettingsWorld world;
  for (const std::string bad : {"5x", "-1s", "", "1s 2s"}) {
    CHECK(world.send({"--timeout=" + bad}) == 2);
  }
  REQUIRE(world.send({"--timeout=0.5ms"}) == 0);
  CHECK(world.timeout() == milliseconds{1});
  for (const std::string bad : {"x", "-1", "1G", "nan", "inf", "0x10", "1e99", " 1k", "1e3"}) {
    CAPTURE(bad);
    world.err.str("");
    // Without a certificate, it wouldn't start listening even if the size were accepted.
    CHECK(world.run({"listen", "--tls-cert=/missing", "--tls-key=/missing", "--max-body=" + bad}) == 2);
    CHECK_THAT(world.err.str(), ContainsSubstring("expected a size"));
  }
}
