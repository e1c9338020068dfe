#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "check/session.h"

namespace alohook {

/// Uses the timestamps that a receiver accepts to find out whether its clock is wrong or it expects another unit of
/// time.
class ClockFinder {
 public:
  /// `may_send` returns whether one more request may be sent.
  ClockFinder(CheckSession& session, std::function<bool()> may_send)
      : session_(session), may_send_(std::move(may_send)) {}

  std::optional<Cause> find();

 private:
  bool is_accepted(const std::string& timestamp);
  bool is_accepted_at(std::int64_t offset_s) { return is_accepted(session_.timestamp(offset_s)); }
  std::optional<std::int64_t> offset_of_date() const;
  std::optional<std::int64_t> sweep();
  std::int64_t edge(std::int64_t accepted, int direction);
  Cause describe(std::int64_t accepted);

  CheckSession& session_;
  std::function<bool()> may_send_;
};

}  // namespace alohook
