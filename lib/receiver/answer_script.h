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

/// A fault as the flags name it. `bad-challenge` is not one of the wire: another challenge is echoed than was asked.
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

/// Which requests are answered otherwise than the receiver would, so that a sender's retries can be tested.
struct AnswerScript {
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
struct AnswerScriptText {
  std::optional<std::string> respond = {};  ///< `503,200:body.json,200:reset,hang`
  std::vector<std::string> faults = {};     ///< `reset`, `3:reset`
  std::chrono::milliseconds delay{0};
};

/// Returns a file's bytes, or throws Error.
using ReadFile = std::function<std::string(const std::string& path)>;

/// Reads a script. Throws Error for a word that is no status, no fault or no entry, and for two faults of one request.
AnswerScript parse_answer_script(const AnswerScriptText& text, const ReadFile& read_file);

/// What goes out, and the name of the fault that it goes out with; empty when it is whole and right.
struct ScriptedAnswer {
  ServerAnswer answer;
  std::string_view fault;
};

/// Returns the answer to the n-th request, counted from 1; `own` is what the receiver made of it.
ScriptedAnswer scripted_answer(const AnswerScript& script, std::size_t number, const Reception& own);

}  // namespace alohook
