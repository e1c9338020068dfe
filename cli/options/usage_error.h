#pragma once
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace alohook {

/// Returns what is wrong with the flags and arguments of `app`, in words that don't depend on the version of CLI11.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error);

}  // namespace alohook
