#pragma once
#include <string>

#include "http/url.h"
#include "output/console.h"
#include "sender/dispatcher.h"
#include "signing/forgery.h"
#include "signing/signed_request.h"

namespace alohook {

/// What is the same for all deliveries of a run.
struct DeliveryView {
  Url url;  ///< each request has its own target instead of this one's
  StatusSet expected;
  const Forgery* forgery = nullptr;  ///< what is wrong with the requests, when something is
  bool with_headers = false;
  std::string signed_with = {};  ///< which secret signed; empty: not said
  std::string next = {};         ///< the command that finds out why a request is rejected
};

/// Formats a sent event for people: the request line, then the status, verdict, time and response body.
std::string show_delivery(const Delivery& delivery, const std::string& event, const DeliveryView& view,
                          const Palette& paint);

/// One try as one line of JSON.
std::string delivery_json(const Attempt& attempt, const DeliveryView& view);

}  // namespace alohook
