#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/server.h"
#include "receiver/receiver.h"

namespace alohook {

/// A fault and its name in flags. `bad-challenge` isn't a fault on the wire: the response echoes a different challenge.
struct NamedFault {
  std::string_view name;
  Fault on_wire;
};
inline constexpr std::array<NamedFault, 6> named_faults = {{
    {"reset", Fault::reset},
    {"truncate", Fault::truncate},
    {"drip", Fault::drip},
    {"hang", Fault::hang},
    {"wrong-length", Fault::wrong_length},
    {"bad-challenge", Fault::none},
}};

/// Replaces the receiver's own responses to some requests, to test how a sender retries.
struct ResponseScript {
  struct Entry {
    std::optional<Response> response = {};  ///< replaces the receiver's own
    bool has_body = false;                  ///< the response's body was specified, not just its status
    const NamedFault* fault = nullptr;      ///< points into `named_faults`, or is null
  };
  std::vector<Entry> entries;         ///< one for each request; the last one repeats
  const NamedFault* fault = nullptr;  ///< for every request without a fault of its own
  /// For the n-th request, counted from 1. Takes precedence over the entry's fault.
  std::map<std::size_t, const NamedFault*> fault_of;
  std::chrono::milliseconds delay{0};
};

/// The values of the flags.
struct ResponseScriptText {
  std::optional<std::string> respond = {};  ///< `503,200:body.json,200:reset,hang`
  std::vector<std::string> faults = {};     ///< `reset`, `3:reset`
  std::chrono::milliseconds delay{0};
};

/// Returns a file's bytes. Throws Error if it can't be read.
using ReadFile = std::function<std::string(const std::string& path)>;

/// Parses a script. Throws Error for an invalid status, fault or entry, and if a request has two faults.
ResponseScript parse_response_script(const ResponseScriptText& text, const ReadFile& read_file);

/// A response, and the name of the fault it is sent with; empty without a fault.
struct ScriptedResponse {
  ServerResponse reply;
  std::string_view fault;
};

/// Returns the response to the n-th request, counted from 1. `own` is the receiver's response.
ScriptedResponse scripted_response(const ResponseScript& script, std::size_t number, Response own,
                                   bool is_challenge);

}  // namespace alohook
