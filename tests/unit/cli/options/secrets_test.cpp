#include "options/secrets.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/error.h"
#include "support/catch.hpp"
#include "support/corpora.h"
#include "support/world.h"

using namespace alohook;

namespace {

std::string bytes_of(const Secrets& secrets) {
  std::string all;
  for (const Secret& secret : secrets) all += (all.empty() ? "" : "|") + std::string(secret.bytes());
  return all;
}

std::string loaded_secret(World& world, const SecretOptions& options) {
  Context context = world.context();
  return bytes_of(load_secrets(options, context));
}

/// The Error thrown by loading.
std::string refusal(World& world, const SecretOptions& options) {
  try {
    return "accepted: " + loaded_secret(world, options);
  } catch (const Error& error) {
    return error.what();
  }
}

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  CHECK(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("exactly one trailing newline of a secret file is removed") {
  World world;
  const auto [content, secret] = GENERATE(table<std::string, std::string>({
      {"hush", "hush"},
      {"hush\n", "hush"},
      {"hush\r\n", "hush"},
      {"two words\n", "two words"},
      {"\xff\x01\n", "\xff\x01"},
  }));
  CHECK(loaded_secret(world, {.files = {world.home.write("s", content)}}) == secret);
  world.in.str(content);
  CHECK(loaded_secret(world, {.files = {"-"}}) == secret);
}

TEST_CASE("other whitespace in a secret file is rejected with the reason, and the secret is never shown") {
  World world;
  const auto [content, reason] = GENERATE(table<std::string, std::string>({
      {"hush\n\n", "ends in a newline"},
      {"hush\r\n\r\n", "ends in a newline"},
      {"hush \n", "ends in whitespace"},
      {" hush\n", "starts with whitespace"},
      {"\"hush\"\n", "has quotes around it"},
      {"${HUSH}\n", "contains an unexpanded ${…}"},
      {"\n", "is empty"},
      {"\r\n", "is empty"},
      {"", "is empty"},
  }));
  const std::string path = world.home.write("s", content);
  CHECK(refusal(world, {.files = {path}}) == "the secret from '" + path + "' " + reason);
}

TEST_CASE("a value from a flag or the environment keeps its newline and is rejected") {
  World world;
  CHECK(loaded_secret(world, {.values = {"hush"}}) == "hush");
  CHECK(refusal(world, {.values = {"hush\n"}}) ==
        "the secret from --secret or the configuration file ends in a newline");
}

TEST_CASE("several secrets keep their order, files first") {
  World world;
  const SecretOptions options{.values = {"c", "d"},
                              .files = {world.home.write("a", "a"), world.home.write("b", "b")}};
  CHECK(loaded_secret(world, options) == "a|b|c|d");
}

TEST_CASE("a secret file that can't be read is an error") {
  World world;
  const std::string missing = world.home.path().string() + "/missing";
  CHECK(refusal(world, {.files = {missing}}) == "can't read '" + missing + "': No such file or directory");
  CHECK_THAT(refusal(world, {.files = {world.home.path().string()}}), ContainsSubstring("can't read '"));
}

TEST_CASE("a secret passed where a file name is expected isn't quoted") {
  World world;
  CHECK_THAT(refusal(world, {.files = {"Zq7-TOPSECRET"}}), !ContainsSubstring("Zq7"));
  CHECK_THAT(refusal(world, {.files = {"aGVsbG8/d29ybGQ="}}), !ContainsSubstring("aGVs"));
}

TEST_CASE("a secret file that is far too large is rejected before it is read completely") {
  World world;
  const std::string path = world.home.write("big", std::string(3'000'000, 'a'));
  CHECK_THAT(refusal(world, {.files = {path}}), ContainsSubstring("larger than 64 KiB"));
}

TEST_CASE("a secret file that other users can change causes a warning") {
  World world;
  const std::string path = world.home.write("s", "hush-hush-hush-hush\n");
  REQUIRE(::chmod(path.c_str(), 0666) == 0);
  loaded_secret(world, {.files = {path}});
  CHECK_THAT(world.err.str(), ContainsSubstring("other users can change " + path));
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  world.err.str("");
  loaded_secret(world, {.files = {path}});
  CHECK(world.err.str().empty());
}

TEST_CASE("a secret that anyone can guess causes a warning, but is used") {
  for (const std::string guessable : {"changeme", "Secret", "undefined"}) {
    CAPTURE(guessable);
    World world;
    CHECK(loaded_secret(world, {.values = {guessable}}) == guessable);
    CHECK_THAT(world.err.str(), ContainsSubstring("is one that anyone can guess"));
    CHECK_THAT(world.err.str(), !ContainsSubstring(guessable));
  }
}

TEST_CASE("the development secret is generated once, readable only by its owner, and announced once") {
  World world;
  const std::string path = world.home.path().string() + "/.local/state/alohook/secret";
  const std::string secret = loaded_secret(world, {});
  CHECK(secret.size() == 64);
  CHECK(secret.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(mode_of(path) == 0600);
  CHECK(bytes_of_file(path) == secret + "\n");
  CHECK_THAT(world.err.str(), ContainsSubstring(path));
  CHECK(world.err.str().find(secret) == std::string::npos);
  CHECK(files_in(std::filesystem::path(path).parent_path()).size() == 1);

  world.err.str("");
  CHECK(loaded_secret(world, {}) == secret);
  CHECK(world.err.str().empty());
}

TEST_CASE("each home directory has its own development secret, and so does XDG_STATE_HOME") {
  World world;
  World other;
  CHECK(loaded_secret(world, {}) != loaded_secret(other, {}));
  const TemporaryFolder state;
  world.environment["XDG_STATE_HOME"] = state.path().string();
  loaded_secret(world, {});
  CHECK(std::filesystem::exists(state.path() / "alohook" / "secret"));
}

TEST_CASE(
    "programs started concurrently agree on one development secret, and only one of them announces it") {
  constexpr std::size_t count = 4;
  for (int round = 0; round < 25; ++round) {
    std::vector<World> worlds(count);
    std::vector<std::string> secrets(count);
    std::atomic<std::size_t> ready = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      worlds[i].environment["HOME"] = worlds[0].home.path().string();
      threads.emplace_back([&, i] {
        ++ready;
        while (ready < count) std::this_thread::yield();
        secrets[i] = loaded_secret(worlds[i], {});
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(secrets == std::vector<std::string>(count, secrets[0]));
    CHECK(std::count_if(worlds.begin(), worlds.end(), [](const World& w) { return !w.err.str().empty(); }) ==
          1);
    CHECK(files_in(worlds[0].home.path() / ".local/state/alohook").size() == 1);
  }
}

TEST_CASE("a development secret that other users can read is used with a warning") {
  World world;
  const std::string secret = loaded_secret(world, {});
  const std::string path = world.home.path().string() + "/.local/state/alohook/secret";
  world.err.str("");
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  CHECK(loaded_secret(world, {}) == secret);
  CHECK_THAT(world.err.str(),
             ContainsSubstring("is readable by other users") && ContainsSubstring("chmod 600"));
}

TEST_CASE("the development secret is rejected for hosts other than localhost") {
  World world;
  Context context = world.context();
  for (const std::string target :
       {"http://example.com/", "https://10.0.0.1/", "http://localhost.example.com/"}) {
    CHECK_THROWS_WITH(load_secrets_for(parse_url(target), {}, context),
                      ContainsSubstring("development secret"));
  }
  CHECK_FALSE(std::filesystem::exists(world.home.path() / ".local"));
  for (const std::string target :
       {"http://127.0.0.1/", "http://localhost:1/", "http://[::1]/", "unix:/tmp/x.sock"}) {
    CHECK(load_secrets_for(parse_url(target), {}, context).size() == 1);
  }
  CHECK(bytes_of(load_secrets_for(parse_url("https://example.com/"), {.values = {"hush"}}, context)) ==
        "hush");
}

TEST_CASE("sending to another host with the development secret exits with 2 before anything is sent") {
  World world;
  CHECK(world.run({"send", "action_created", "https://example.com/hooks"}) == 2);
  CHECK(world.connected.empty());
  CHECK_THAT(world.err.str(), ContainsSubstring("--secret-file"));
}

TEST_CASE("without a home directory, there is no development secret") {
  World world;
  world.environment.clear();
  CHECK_THAT(refusal(world, {}), ContainsSubstring("neither HOME nor XDG_STATE_HOME"));
}

TEST_CASE("an unwritable state directory is an error, not a crash") {
  World world;
  const std::string file = world.home.write("file", "");
  world.environment["XDG_STATE_HOME"] = file;
  CHECK_THAT(refusal(world, {}), ContainsSubstring("development secret"));
  const std::string loop = world.home.path().string() + "/loop";
  std::filesystem::create_symlink(loop, loop);
  world.environment["XDG_STATE_HOME"] = loop;
  CHECK_THAT(refusal(world, {}), ContainsSubstring("development secret"));
}

TEST_CASE("a damaged development secret is rejected with the reason") {
  World world;
  world.home.write(".local/state/alohook/secret", "");
  CHECK_THAT(refusal(world, {}), ContainsSubstring("is empty"));
}

TEST_CASE("the test environment detects a secret in the output") {
  World world;
  world.environment["ALOHOOK_SECRET"] = "Examples:";  // part of the output of `--help`
  CHECK_THROWS_AS(world.run({"sign", "--help"}), std::logic_error);
}
