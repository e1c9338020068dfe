#pragma once
#include <string>
#include <utility>
#include <vector>

#include "output/console.h"

namespace alohook {

/// What a listener says about itself when it is ready.
struct Banner {
  std::string url = {};     ///< where it listens
  std::string target = {};  ///< where it forwards to, when that is one place
  std::vector<std::pair<std::string, std::string>> rows = {};  ///< what is in force: label and text
  std::string inspector = {};                                  ///< the inspector's URL; empty: none
  std::string advice = {};                                     ///< how to send a first event
  bool has_keys = false;
};

/// Shows the banner for a terminal of this width; 0: no limit.
std::string show_banner(const Banner& banner, std::size_t width, const Palette& paint);

/// Shows the banner for a log: `listening on URL` alone on the first line, which scripts wait for.
std::string log_banner(const Banner& banner);

}  // namespace alohook
