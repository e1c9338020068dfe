#pragma once
#include <optional>
#include <string>
#include <vector>

#include "check/session.h"

namespace alohook {

/// Finds out which bug a receiver has: signs requests in wrong ways on purpose and sees which one is accepted.
class Oracle {
 public:
  explicit Oracle(CheckSession& session) : session_(session) {}

  /// Names the causes for which a receiver refused a valid request with this body; empty when no wrong way of signing
  /// was accepted. What was accepted is confirmed with a second body. A way that was found once is tried first.
  std::vector<Cause> name_the_bug(const std::string& body);

 private:
  enum class Form { session, v0, hex, base64, github, v1, upper_hex, base64url };
  struct Found {
    std::string name;
    Form form;
  };

  std::vector<Cause> search(const std::string& body, Form form, const std::optional<std::string>& only);
  std::vector<Cause> search_all(const std::string& body);
  std::vector<Cause> try_other_clocks();
  bool is_accepted(const std::string& body, std::string_view timestamp, std::string_view value);
  bool is_confirmed(const std::string& name, Form form);
  std::string telling_body();
  static std::string write(std::string_view digest, Form form, Encoding encoding);

  CheckSession& session_;
  std::optional<Found> found_;
  int requests_left_ = -1;
};

}  // namespace alohook
