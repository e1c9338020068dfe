#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "inspector/inspector.h"
#include "options/listen_options.h"
#include "output/console.h"
#include "world/context.h"

namespace alohook {

/// Returns the token of `ALOHOOK_INSPECT_TOKEN`, or a new one. Throws Error for one that can't be used.
std::string inspector_token(const Context& context);

/// Returns the settings that every inspector has: version, secrets, clock, token and client. Replays are ended once
/// `is_over` is true.
InspectorSettings inspector_settings(const Secrets& secrets, bool is_development_secret, ClientOptions client,
                                     const std::shared_ptr<std::atomic<bool>>& is_over, Context& context);

/// Returns the inspector of a listener that is reached at `url`.
std::unique_ptr<Inspector> make_inspector(const ListenOptions& options, const ReceiverPolicy& policy,
                                          const ForwardPolicy& forward, const std::string& url,
                                          const std::shared_ptr<std::atomic<bool>>& is_over,
                                          Context& context);

/// Opens a URL in the default browser. The URL, which holds the token, goes through a file that only its owner can
/// read, because other users can read a command line. Dropping the guard removes the file.
std::shared_ptr<void> open_in_browser(const std::string& url, Console& console, Context& context);

}  // namespace alohook
