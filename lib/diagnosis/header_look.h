#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/causes.h"
#include "http/message.h"

namespace alohook {

/// Something about a request's headers that explains trouble without any key.
struct HeaderRemark {
  CauseId cause;
  std::string note;
};

/// What the headers hold, under ALO's names or, failing that, under names that may have been meant.
struct HeaderLook {
  std::vector<std::string> signatures;
  std::vector<std::string> timestamps;
  std::vector<HeaderRemark> faults;  ///< there to see: a missing, misspelt or doubled header
  std::vector<HeaderRemark>
      suspects;  ///< another provider's headers beside ALO's, a body that was decompressed
};

HeaderLook look_at_headers(const Headers& headers, std::string_view body);

}  // namespace alohook
