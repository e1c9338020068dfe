#include "output/local_time.h"

#include <fmt/format.h>

#include <ctime>
#include <string_view>

namespace alohook {
namespace {

std::tm local_time(Time time) {
  const std::time_t seconds = unix_seconds(time);
  std::tm local = {};
  localtime_r(&seconds, &local);
  return local;
}

}  // namespace

std::string local_clock(Time time) {
  const std::tm local = local_time(time);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

std::string local_date(Time time) {
  constexpr std::string_view days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
  constexpr std::string_view months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
  const std::tm local = local_time(time);
  return fmt::format("{}, {} {} {}", days[local.tm_wday], local.tm_mday, months[local.tm_mon],
                     local.tm_year + 1900);
}

}  // namespace alohook
