#pragma once
#include <optional>
#include <string>
#include <vector>

#include "check/session.h"
#include "diagnosis/deviations.h"
#include "signing/weak_secrets.h"

namespace alohook {

/// Finds out which bug a receiver has: deliberately signs requests incorrectly and sees which one is accepted.
class BugFinder {
 public:
  explicit BugFinder(CheckSession& session);

  /// Returns the reason why the receiver rejects every valid request; empty if it accepts none of the incorrect
  /// signatures.
  std::vector<Cause> name_the_bug(const std::string& body);

  /// Returns what changes a body like this one before it is verified, when other bodies are accepted; empty if no
  /// altered form is accepted. `cut_at`, unless 0, is the offset where the body may be cut off.
  std::vector<Cause> name_the_change(const std::string& body, std::size_t cut_at = 0);

  /// Returns the weak secret that the receiver verifies with, or nullptr if none is accepted. Tries the receiver's
  /// encoding, or all of them if it isn't known (only `v0=` for remote receivers). Searches only once.
  const WeakSecret* weak_secret();
  /// How the receiver decodes signatures made with the weak secret.
  Encoding weak_encoding() const { return weak_encoding_; }

  /// Returns the maximum number of requests to spend on the search, not counting confirmations.
  static int most_requests(bool is_loopback);

 private:
  enum class Form { session, v0, hex, base64, github, v1, upper_hex, base64url };
  struct Found {
    std::string name;
    std::string cause;
    Form form;
  };

  static constexpr std::size_t all_ways = static_cast<std::size_t>(-1);
  /// Which wrong ways of signing to try; empty texts: any.
  struct Ways {
    std::size_t most = all_ways;
    std::string name = {};
    std::string cause = {}, except = {};  ///< of this cause, but not the one with this name
  };

  std::vector<Cause> search(const std::string& body, Form form, const Ways& ways);
  std::vector<Cause> search_by_plain_body(Form form, const Ways& ways);
  std::vector<Cause> search_all(const std::string& body);
  std::vector<Cause> try_other_forms();
  std::vector<Cause> proven(Deviation deviation, const std::string& body);
  bool may_send() const { return requests_left_ > 0 && session_.gone().empty(); }
  std::vector<Cause> search_changes(const std::string& body);
  bool is_accepted(const std::string& body, std::string_view timestamp, std::string_view value);
  bool is_accepted_over(const std::string& body, const std::string& signed_body);
  bool is_rejected_correctly_signed(const std::string& body);
  std::string telling_body();
  static std::string write(std::string_view digest, Form form, Encoding encoding);

  CheckSession& session_;
  std::optional<Found> found_;
  bool has_looked_for_weak_secret_ = false;
  bool has_searched_changes_ = false;
  const WeakSecret* weak_secret_ = nullptr;
  Encoding weak_encoding_ = Encoding::v0;
  int requests_left_;
};

/// Returns the cause to report if forgeries with a weak secret are accepted.
Cause weak_secret_cause(const WeakSecret& secret);

}  // namespace alohook
