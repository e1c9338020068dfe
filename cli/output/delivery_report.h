#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "output/console.h"
#include "output/delivery_view.h"
#include "output/progress.h"
#include "sender/dispatcher.h"

namespace alohook {

/// One is shown in full; of many, some by a line each and all by a summary.
enum class DeliveryCount { one, many };

/// Tells how deliveries go, in the console's format: one in full; of many a line each for the first 20, then for 20 more
/// that were not accepted, a bar on a terminal, and a summary.
class DeliveryReport {
 public:
  struct Settings {
    DeliveryView view;
    DeliveryCount count;
    std::function<std::optional<double>(std::uint64_t events)> progress = {};
  };
  enum class End { all_sent, interrupted };

  DeliveryReport(Settings settings, const Pace& pace, Console& console, Context& context);

  /// Called by one thread at a time.
  void tell(const Attempt& attempt);

  void finish(const Tally& tally, End end);

 private:
  void tell_human(const Attempt& attempt);
  void tell_of_pause(const Attempt& attempt);
  bool takes_a_line(const Attempt& attempt);
  std::string advice_for_all(const Tally& tally) const;

  Settings settings_;
  Console& console_;
  Progress progress_;
  std::uint64_t told_ = 0;
  std::uint64_t told_bad_ = 0;
  std::uint64_t capped_ = 0;
  std::uint64_t finished_ = 0;
  std::uint64_t not_accepted_ = 0;
  bool is_cut_ = false;
  std::string advice_;  // on the first that failed
};

/// Formats one attempt for people: `✓ action_created  200  1.2 ms` and a newline.
std::string show_attempt(const Attempt& attempt, const Palette& paint);

/// The summary for people, several lines.
std::string show_tally(const Tally& tally, const DeliveryView& view, const Palette& paint);

/// The summary as one line of JSON.
std::string tally_json(const Tally& tally, DeliveryReport::End end);

}  // namespace alohook
