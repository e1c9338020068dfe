#pragma once
#include "options/flags.h"
#include "signing/secret.h"
#include "world/context.h"

namespace alohook {

/// Returns the secrets of the options, or the development secret when there are none. The development secret is made
/// on first use (64 hex digits in `$XDG_STATE_HOME/alohook/secret`, mode 0600) and announced once on stderr.
/// Throws Error for an unreadable file or a secret that can't have been meant.
Secrets load_secrets(const SecretOptions& options, Context& context);

/// The same for a command that sends to `target`; refuses the development secret when that is not this machine.
Secrets load_secrets_for(const Url& target, const SecretOptions& options, Context& context);

/// Where the development secret is kept; throws Error when there is no home folder.
std::string development_secret_path(const Context& context);

}  // namespace alohook
