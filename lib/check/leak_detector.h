#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "check/reaction.h"
#include "http/message.h"
#include "signing/secret.h"

namespace alohook {

/// A leak that was seen in a response.
struct LeakFinding {
  std::string sent;  ///< a description of the request, for people
  std::string seen;  ///< never contains the secret or the MAC itself
};

/// Examines every response, whatever the request was for.
class LeakDetector {
 public:
  explicit LeakDetector(const Secret& secret);

  /// Whether an exchange's duration says something about the receiver. It doesn't if many ran concurrently.
  enum class Pace { ordinary, hurried };

  void look(const Request& request, const std::string& sent, const Exchange& exchange, Reaction reaction,
            Pace pace);

  /// Records a redirect. Reports describe it, so the exchange has to be masked.
  void note_redirect(const std::string& sent, const Exchange& masked, Reaction reaction);

  const std::vector<LeakFinding>& leaks() const { return leaks_; }
  const std::vector<LeakFinding>& traces() const { return traces_; }
  const std::vector<LeakFinding>& redirects() const { return redirects_; }
  /// Durations of the requests that were accepted.
  const std::vector<std::chrono::microseconds>& times() const { return times_; }
  int answers() const { return answers_; }
  bool can_see_secret() const { return !patterns_.empty(); }

 private:
  struct Pattern {
    std::string text;
    std::string_view name;
  };

  std::string secret_;
  std::vector<Pattern> patterns_;
  std::vector<LeakFinding> leaks_, traces_, redirects_;
  std::vector<std::chrono::microseconds> times_;
  int answers_ = 0;
};

}  // namespace alohook
