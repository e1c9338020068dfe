#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "options/deliveries.h"
#include "options/target.h"
#include "sender/load_script.h"
#include "world/context.h"

namespace alohook {

/// Returns the engine that `--print` writes a script for, or nullopt for another format or none.
std::optional<LoadEngine> load_engine_of(const DeliveryOptions& options);

/// A script to print.
struct LoadOrder {
  LoadEngine engine = LoadEngine::artillery;
  std::function<std::optional<LoadEvent>()> next;  ///< gives the next event, nullopt after the last
  std::optional<std::uint64_t> count = {};         ///< how many to send; nullopt: for a minute
  Target target;
  std::string_view conflict = {};  ///< a flag of the command's own that a script can't follow
  std::string nothing = {};        ///< the error when there is no event
  std::string remedy = {};         ///< and its hint
};

/// Prints the script; nothing is sent, and no secret is needed. Throws Error for flags that a script can't follow.
int print_load_script(const LoadOrder& order, const DeliveryOptions& options, Context& context);

}  // namespace alohook
