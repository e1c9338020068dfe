#include "output/delivery_report.h"

#include <numeric>
#include <sstream>

#include "support/catch.hpp"

using namespace alohook;
using std::chrono::microseconds;

namespace {

Tally tally_of(const std::vector<int>& latencies_us) {
  Tally tally;
  tally.sent = tally.accepted = latencies_us.size();
  for (const int latency : latencies_us) tally.latency.add(microseconds{latency});
  return tally;
}

/// Returns the numbers at the ends of the bars.
std::vector<int> bars_of(const Tally& tally) {
  std::istringstream lines(
      show_tally(tally, {.url = {}, .expected = *StatusSet::parse("2xx")}, Palette(false)));
  std::vector<int> bars;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("│") != std::string::npos) bars.push_back(std::stoi(line.substr(line.rfind(' '))));
  }
  return bars;
}

}  // namespace

TEST_CASE("the summary of many deliveries has a histogram of latencies: ten rows on a logarithmic scale") {
  std::vector<int> latencies;
  for (int i = 0; i < 300; ++i) latencies.push_back(1000 + i);  // a peak at 1 ms
  for (int i = 0; i < 30; ++i) latencies.push_back(100'000);    // a smaller peak at 100 ms
  const std::vector<int> bars = bars_of(tally_of(latencies));
  REQUIRE(bars.size() == 10);
  CHECK(std::accumulate(bars.begin(), bars.end(), 0) == 330);
  CHECK(bars.front() == 300);
  CHECK(bars.back() == 30);
}

TEST_CASE("a few deliveries, or ones that take the same time, have no histogram") {
  CHECK(bars_of(tally_of({100, 100'000})).empty());
  CHECK(bars_of(tally_of(std::vector<int>(1000, 1200))).empty());
}
