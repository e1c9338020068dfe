#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/server.h"
#include "inspector/archive.h"
#include "inspector/feed.h"
#include "inspector/replays.h"
#include "journal/index.h"
#include "signing/masking.h"
#include "signing/signature.h"

namespace alohook {

/// Where received events are forwarded. An empty `type` means all types without a target of their own.
struct InspectorTarget {
  std::string type;
  std::string url;
};

/// What the API shows about the program, and what it may do.
struct ApiSettings {
  std::string version = {};
  std::string listening = {};  ///< the URL of the listener; empty if there is none
  std::vector<InspectorTarget> forward = {};
  std::string journal = {};  ///< the journal's path, for display; empty if there is none
  Secrets secrets = {};
  bool is_development_secret = false;
  bool is_read_only = false;  ///< never send anything
  VerificationPolicy verification = {};
  std::function<Time()> now;
  Replays::Send send = {};  ///< called from several threads
};

/// The inspector's JSON API, protected by the guard. Use it only on the thread on which `post` runs jobs.
class Api {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  static constexpr std::size_t most_rows = 500;
  static constexpr std::size_t most_polls = 4;
  static constexpr std::chrono::seconds longest_wait{25};

  /// `journal` may be null. `boot` identifies this process.
  Api(ApiSettings settings, Feed& feed, JournalIndex* journal, std::string boot, Replays::Post post);

  /// Responds to a request for a path under `/api/`, immediately or later: a poll waits, and a replay takes time.
  void handle(const Request& request, Responder respond);

  /// Responds to the polls for which there are events or that have timed out. Returns the next timeout.
  std::optional<SteadyTime> wake(SteadyTime now);

  /// Drops the polls and waits for replays in progress.
  void finish();

 private:
  struct Poll {
    std::int64_t after;
    SteadyTime until;
    Responder respond;
  };
  Response session() const;
  void events(const Request& request, Responder respond);
  std::string events_json(const Feed::Part& part, bool is_crowded);
  std::string rows_json(const std::vector<FeedItem>& items);
  Response older(std::int64_t before, std::size_t limit);
  Response details(const FeedItem& item);
  Response body(const Request& request, const FeedItem& item) const;
  Response export_one(const Request& request, const FeedItem& item) const;
  Response export_many(const Request& request) const;
  Response search(const Request& request);
  void replay(const Request& request, Responder respond);
  void event(const Request& request, std::string_view rest, Responder respond);
  const std::vector<Cause>& causes_of(const ReceivedEvent& event);
  std::string_view likely_cause(const ReceivedEvent& event) const;
  Url target_for(const ReceivedEvent& event) const;

  ApiSettings settings_;
  Masking masking_;  // for servers' responses
  Feed& feed_;
  Archive archive_;
  std::string boot_;
  Time started_at_;
  std::list<Poll> polls_;
  std::map<std::string, std::vector<Cause>> causes_;  // by event ID, once diagnosed
  std::vector<std::string> causes_order_;             // the keys, oldest first
  Replays replays_;
};

}  // namespace alohook
