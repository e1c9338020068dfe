#include "help/reference.h"

#include <fmt/format.h>

namespace alohook {
namespace {

constexpr ExitMeaning meanings[] = {
    {"0", "yes",
     "sent and accepted, verified, every point holds, all required checks passed, all that was expected "
     "came"},
    {"1", "no",
     "refused, not valid, a point does not hold, a required check failed, an expected event did not come"},
    {"2", "could not start", "usage, configuration, missing or malformed input, port taken"},
    {"3", "could not judge", "unreachable, timed out, TLS failure, rate-limited or gone in mid-run"},
    {"4", "internal error", "a defect of alohook"},
    {"130, 143", "ended by a signal",
     "SIGINT or SIGTERM; listen with nothing left to expect ends with 0 on either"},
};

constexpr Influence of_the_environment[] = {
    {"ALOHOOK_SECRET", "--secret", "The signing secret."},
    {"ALOHOOK_SECRET_FILE", "--secret-file", "A file with the signing secret."},
    {"ALOHOOK_URL", "--url", "Where to send."},
    {"ALOHOOK_CONFIG", "--config", "The configuration file."},
    {"NO_COLOR", "--color", "When not empty, no colour is written."},
    {"CLICOLOR_FORCE", "--color",
     "When neither empty nor 0, colour is written also where the output is no terminal."},
    {"XDG_CONFIG_HOME, XDG_STATE_HOME", "--config",
     "Where the files below are; by default ~/.config and ~/.local/state."},
    {"SSL_CERT_FILE, SSL_CERT_DIR", "--cacert", "The authorities that are trusted in place of the system's."},
    {"GITHUB_ACTIONS, GITHUB_STEP_SUMMARY", "--junit",
     "Set by GitHub Actions: failures become annotations, and the step gets a summary."},
};

constexpr Influence on_disk[] = {
    {"alohook.toml", "--config", "The configuration file, in the current folder."},
    {"$XDG_CONFIG_HOME/alohook/config.toml", "--config",
     "The configuration file where that is missing. Its keys are the long flags without their dashes; what "
     "stands "
     "below [listen] counts for alohook listen alone. An unknown key is an error."},
    {"$XDG_STATE_HOME/alohook/secret", "--secret-file",
     "The development secret, made on first use and readable by its owner only. It is used where no other "
     "secret is "
     "given, and never for another machine."},
};

}  // namespace

std::span<const ExitMeaning> exit_meanings() { return meanings; }
std::span<const Influence> variables() { return of_the_environment; }
std::span<const Influence> files() { return on_disk; }

std::string exit_codes_line() {
  std::string line;
  for (const auto& [code, word, meaning] : meanings) {
    line += fmt::format("{} {} {}", line.empty() ? "Exit codes:" : ",",
                        code == "130, 143" ? "130 and 143" : code, word);
  }
  return line + ".";
}

}  // namespace alohook
