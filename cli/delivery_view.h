#pragma once
#include <string>

#include "console.h"
#include "doing/dispatch.h"

namespace alohook {

/// Shows one sent event for people: the request line, then what came: status, verdict, time and the answer's body.
std::string show_delivery(const Delivery& delivery, const std::string& url, const std::string& event,
                          const StatusSet& expected, bool with_headers, const Palette& paint);

/// One try as one line of JSON.
std::string delivery_json(const Attempt& attempt, const std::string& url);

}  // namespace alohook
