#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace alohook {

/// Counts durations in 2,048 classes, so that percentiles of any number of durations need 16 KB. A class is at most
/// 1/64 of its value wide, so percentiles are accurate to 1 %. The maximum is exact.
class LatencyHistogram {
 public:
  void add(std::chrono::microseconds duration) {
    const auto value = static_cast<std::uint64_t>(std::clamp<std::int64_t>(duration.count(), 0, longest));
    ++counts_[class_of(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  std::uint64_t count() const { return count_; }

  /// Counts the durations from `from` to just below `to`, to the precision of the classes.
  std::uint64_t count_between(std::chrono::microseconds from, std::chrono::microseconds to) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const auto middle = as_duration(std::min(middle_of(i), max_));
      if (counts_[i] > 0 && middle >= from && middle < to) sum += counts_[i];
    }
    return sum;
  }

  std::chrono::microseconds max() const { return as_duration(max_); }

  /// Returns the smallest duration that at least `percent` of all durations don't exceed; zero if there are none.
  std::chrono::microseconds percentile(double percent) const {
    const double wanted = percent / 100 * static_cast<double>(count_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > 0 && static_cast<double>(seen) >= wanted) return as_duration(std::min(middle_of(i), max_));
    }
    return {};
  }

 private:
  static constexpr std::size_t classes = 64;                 // between two powers of two
  static constexpr std::int64_t longest = (1LL << 37U) - 1;  // 38 hours
  static constexpr std::size_t table_size = classes * (37 - 5);

  static std::chrono::microseconds as_duration(std::uint64_t value) {
    return std::chrono::microseconds{static_cast<std::int64_t>(value)};
  }

  static std::size_t class_of(std::uint64_t value) {
    if (value < classes) return value;
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 7;  // leaves 64 to 127
    return classes * (shift + 1) + (value >> shift) - classes;
  }

  static std::uint64_t middle_of(std::size_t number) {
    if (number < 2 * classes) return number;
    const std::size_t shift = number / classes - 1;
    const std::uint64_t first = (number % classes + classes) << shift;
    return first + ((std::uint64_t{1} << shift) - 1) / 2;
  }

  std::array<std::uint64_t, table_size> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace alohook
