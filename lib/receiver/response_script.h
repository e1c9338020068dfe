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

/// A fault as the flags name it. `bad-challenge` is none of the wire: the response echoes another challenge.
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

/// Which requests get another response than the receiver's own, so that a sender's retries can be tested.
struct ResponseScript {
  struct Entry {
    std::optional<Response> response = {};  ///< instead of the receiver's own
    bool has_body = false;                  ///< the response's body was given, not only its status
    const NamedFault* fault = nullptr;      ///< one of `named_faults`, or null
  };
  std::vector<Entry> entries;         ///< one for each request; the last one stays
  const NamedFault* fault = nullptr;  ///< for every request that has no other
  /// For the n-th request, counted from 1; goes before the entry's.
  std::map<std::size_t, const NamedFault*> fault_of;
  std::chrono::milliseconds delay{0};
};

/// The flags' text.
struct ResponseScriptText {
  std::optional<std::string> respond = {};  ///< `503,200:body.json,200:reset,hang`
  std::vector<std::string> faults = {};     ///< `reset`, `3:reset`
  std::chrono::milliseconds delay{0};
};

/// Returns a file's bytes, or throws Error.
using ReadFile = std::function<std::string(const std::string& path)>;

/// Parses a script. Throws Error for an invalid status, fault or entry, and for two faults of one request.
ResponseScript parse_response_script(const ResponseScriptText& text, const ReadFile& read_file);

/// A response, and the name of the fault that it is sent with; empty without a fault.
struct ScriptedResponse {
  ServerResponse reply;
  std::string_view fault;
};

/// Returns the response to the n-th request, counted from 1; `own` is the receiver's.
ScriptedResponse scripted_response(const ResponseScript& script, std::size_t number, Response own,
                                   bool is_challenge);

}  // namespace alohook
