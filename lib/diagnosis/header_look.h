#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/causes.h"
#include "http/message.h"

namespace alohook {

/// A finding about a request's headers that explains a mismatch without using any key.
struct HeaderRemark {
  CauseId cause;
  std::string note;
};

/// What the headers contain, under ALO's names or else under names that may have been meant.
struct HeaderLook {
  std::vector<std::string> signatures;
  std::vector<std::string> timestamps;
  std::vector<HeaderRemark> faults;  ///< clearly visible: a missing, misspelled or duplicate header
  std::vector<HeaderRemark>
      suspects;  ///< another provider's headers, or a body that was decompressed or has another length
};

HeaderLook look_at_headers(const Headers& headers, std::string_view body);

}  // namespace alohook
