#include "help/reference.h"

namespace alohook {
namespace {

constexpr ExitCode codes[] = {
    {"0", "yes", "accepted, valid, all required checks passed, every expected event arrived"},
    {"1", "no", "rejected, invalid, a required check failed, an expected event didn't arrive"},
    {"2", "can't start", "usage, configuration, missing or malformed input, port in use"},
    {"3", "inconclusive",
     "unreachable, timed out, TLS failure, rate-limited, or the server went away mid-run"},
    {"4", "internal error", "a bug in alohook"},
    {"129, 130, 143", "ended by a signal",
     "SIGHUP, SIGINT or SIGTERM; a listener that expects nothing exits with 0"},
};

constexpr Influence of_the_environment[] = {
    {"ALOHOOK_SECRET", "--secret", "The signing secret."},
    {"ALOHOOK_SECRET_FILE", "--secret-file", "A file with the signing secret."},
    {"ALOHOOK_URL", "--url", "The URL to send to."},
    {"ALOHOOK_CONFIG", "--config", "The configuration file."},
    {"NO_COLOR", "--color", "If set and not empty, turn color off."},
    {"CLICOLOR_FORCE", "--color", "If set and not 0, force color even when output isn't a terminal."},
    {"XDG_CONFIG_HOME, XDG_STATE_HOME", "--config",
     "Directories of the files below (default ~/.config and ~/.local/state)."},
    {"SSL_CERT_FILE, SSL_CERT_DIR", "--cacert", "Certificate authorities to trust instead of the system's."},
    {"GITHUB_ACTIONS, GITHUB_STEP_SUMMARY", "--junit",
     "Set by GitHub Actions. Failures become annotations, and the step gets a summary."},
};

constexpr Influence on_disk[] = {
    {"alohook.toml", "--config", "The configuration file in the current directory."},
    {"$XDG_CONFIG_HOME/alohook/config.toml", "--config",
     "The configuration file used if there is no alohook.toml."},
    {"$XDG_STATE_HOME/alohook/secret", "--secret-file",
     "The development secret. alohook generates it on first use, readable by its owner only. It is used when "
     "no other "
     "secret is set, and never for a host other than localhost."},
};

}  // namespace

std::span<const ExitCode> exit_codes() { return codes; }
std::span<const Influence> variables() { return of_the_environment; }
std::span<const Influence> files() { return on_disk; }

}  // namespace alohook
