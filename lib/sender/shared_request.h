#pragma once
#include <memory>
#include <utility>

#include "http/message.h"

namespace alohook {

/// A request that several deliveries use without copying its body. Cheap to copy; safe to read from several threads.
class SharedRequest {
 public:
  SharedRequest(Request request = {}) : request_(std::make_shared<const Request>(std::move(request))) {}
  const Request& operator*() const { return *request_; }
  const Request* operator->() const { return request_.get(); }

 private:
  std::shared_ptr<const Request> request_;
};

}  // namespace alohook
