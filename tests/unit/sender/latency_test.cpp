#include "sender/latency.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace alohook;
using std::chrono::microseconds;

namespace {

/// The nearest-rank percentile of all values, as in textbooks.
std::int64_t exact(std::vector<std::int64_t> values, double percent) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

TEST_CASE("percentiles are accurate to 1 % over seven orders of magnitude") {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> skewed(8, 3);
  LatencyHistogram histogram;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::int64_t>(std::min(skewed(random), 1e11)));
    histogram.add(microseconds{values.back()});
  }
  for (const double percent : {0.1, 1.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
    const auto right = static_cast<double>(exact(values, percent));
    CHECK(std::abs(static_cast<double>(histogram.percentile(percent).count()) - right) <= right / 100);
  }
  CHECK(histogram.max().count() == exact(values, 100));
  CHECK(histogram.count() == values.size());
}

TEST_CASE("a single duration is accurate to 1 %") {
  for (std::int64_t value = 0; value < 50'000'000'000; value = value * 101 / 100 + 1) {
    LatencyHistogram histogram;
    histogram.add(microseconds{value});
    histogram.add(microseconds{90'000'000'000});
    INFO(value);
    CHECK(std::abs(histogram.percentile(50).count() - value) * 100 <= value);
  }
}

TEST_CASE("missing, negative and very long durations are handled") {
  LatencyHistogram histogram;
  CHECK(histogram.percentile(50).count() == 0);
  CHECK(histogram.max().count() == 0);
  histogram.add(microseconds{-5});
  CHECK(histogram.percentile(99).count() == 0);
  histogram.add(microseconds::max());
  CHECK(histogram.max() > std::chrono::hours{30});
  CHECK(histogram.percentile(100) <= histogram.max());
}

TEST_CASE("durations are counted by range, each in exactly one of several adjacent ranges") {
  LatencyHistogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.add(microseconds{i});
  CHECK(histogram.count_between(microseconds{0}, microseconds::max()) == 1000);
  std::uint64_t sum = 0;
  for (const int begin : {0, 10, 100, 500}) {
    const int end = begin == 0 ? 10 : begin == 10 ? 100 : begin == 100 ? 500 : 2000;
    sum += histogram.count_between(microseconds{begin}, microseconds{end});
  }
  CHECK(sum == 1000);
  CHECK(histogram.count_between(microseconds{0}, microseconds{10}) == 9);
  CHECK(histogram.count_between(microseconds{2000}, microseconds{3000}) == 0);
}
