#pragma once
#include "options/flags.h"
#include "signing/secret.h"
#include "world/context.h"

namespace alohook {

/// Returns the secrets of the options, or the development secret when there are none. The development secret is made
/// on first use (64 hex digits in `$XDG_STATE_HOME/alohook/secret`, mode 0600) and announced once on stderr.
/// Throws Error for an unreadable file or for bytes that can't have been meant as a secret (several lines, NAME=value,
/// a byte order mark, …). Warns about bytes that hardly were, and about files that other users can change.
Secrets load_secrets(const SecretOptions& options, Context& context);

/// Returns where each of those secrets comes from, in the same order: `'secret.txt'`, `ALOHOOK_SECRET` … Never quotes a
/// secret that was given where a file's name belongs.
std::vector<std::string> secret_origins(const SecretOptions& options, const Context& context);

/// Does what `load_secrets` does for a command that sends to `target`; rejects the development secret for remote hosts.
Secrets load_secrets_for(const Url& target, const SecretOptions& options, Context& context);

/// How a secret is given again without showing it, for a POSIX shell.
struct SecretFlags {
  std::string setup = {};  ///< a line that has to run first; empty when none has
  std::string flags = {};  ///< each after a space
};

/// Returns how the secret that signs was given. One that was typed as a flag, or read from standard input, has to be put
/// into a variable first.
SecretFlags secret_flags(const SecretOptions& options, const Context& context);

/// Returns which secret signs and where it comes from: `the development secret (64 bytes, sha256 ab12cd34…)`.
std::string describe_signing_secret(const SecretOptions& options, const Secret& secret,
                                    const Context& context);

/// Returns the path of the development secret; throws Error if there is no home directory.
std::string development_secret_path(const Context& context);

}  // namespace alohook
