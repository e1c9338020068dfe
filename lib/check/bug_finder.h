#pragma once
#include <optional>
#include <string>
#include <vector>

#include "check/session.h"
#include "diagnosis/deviations.h"
#include "signing/weak_secrets.h"

namespace alohook {

/// Finds out which bug a receiver has: signs requests in wrong ways on purpose and sees which one is accepted.
class BugFinder {
 public:
  explicit BugFinder(CheckSession& session);

  /// Names the cause for which a receiver rejects every valid request; empty when no wrong way of signing is accepted.
  std::vector<Cause> name_the_bug(const std::string& body);

  /// Names what changes a body like this one before it is verified, while others are accepted; empty when no altered
  /// form is accepted. `cut_at`, unless 0, is where the body may be cut.
  std::vector<Cause> name_the_change(const std::string& body, std::size_t cut_at = 0);

  /// Returns the weak secret that the receiver verifies with, in any encoding; nullptr when there is none. Looks once.
  const WeakSecret* weak_secret();
  /// How the receiver reads the signature with the weak secret.
  Encoding weak_encoding() const { return weak_encoding_; }

  /// How many requests may be sent at most in search of causes.
  static int most_requests(bool is_loopback);

 private:
  enum class Form { session, v0, hex, base64, github, v1, upper_hex, base64url };
  struct Found {
    std::string name;
    Form form;
  };

  std::vector<Cause> search(const std::string& body, Form form, const std::optional<std::string>& only);
  std::vector<Cause> search_all(const std::string& body);
  std::vector<Cause> try_other_forms();
  static Cause proven(Deviation deviation);
  bool may_send() const { return requests_left_ > 0 && session_.gone().empty(); }
  std::vector<Cause> search_changes(const std::string& body);
  bool is_accepted(const std::string& body, std::string_view timestamp, std::string_view value);
  bool is_accepted_over(const std::string& body, const std::string& signed_body);
  bool is_confirmed(const std::string& name, Form form);
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

/// The cause for which forgeries with a weak secret are accepted.
Cause weak_secret_cause(const WeakSecret& secret);

}  // namespace alohook
