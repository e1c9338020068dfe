#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/cause.h"
#include "http/message.h"

namespace alohook {

/// Something that rejected a request for a reason other than its signature: a CSRF filter, a password, a proxy …
struct NotSignature {
  std::string id;      ///< stable: `csrf-filter`, `password`, `bot-check` …
  std::string text;    ///< one sentence: what rejected the request
  std::string sign;    ///< the part of the response that shows it; untrusted bytes are made visible
  std::string advice;  ///< what to do
};

/// Recognizes rejections that aren't about the signature by their status, headers and known texts. Returns nullopt if
/// the response may well be the receiver's own rejection.
std::optional<NotSignature> not_about_the_signature(const Response& response, const Request& request);

/// Converts the finding to a cause, for reports.
Cause as_cause(const NotSignature& finding);

/// Returns the IDs of everything that can be recognized.
std::vector<std::string_view> not_signature_ids();

}  // namespace alohook
