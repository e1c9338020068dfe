#pragma once
#include <string>
#include <vector>

#include "help/command_app.h"
#include "world/context.h"

namespace alohook {

/// Returns the candidates for the last of these words, which follow `alohook` on a command line. Two of them stand for
/// what the shell completes itself: `:files` and `:directories`. One that ends with `=` is to be continued.
std::vector<Candidate> candidates_for(const CommandApp& root, const std::vector<std::string>& words,
                                      Context& context);

}  // namespace alohook
