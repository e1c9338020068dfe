#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "check/run.h"
#include "http/client/raw_client.h"
#include "http/message.h"

namespace alohook {

/// One request of a check, and how to show and reproduce it.
struct CheckRequest {
  std::string sent;  ///< what it is, for people
  Request request;
  std::optional<WireForm> form = {};      ///< empty: as the ordinary client sends it
  std::optional<Severity> severity = {};  ///< empty: the check's own

  enum class Signed {
    correctly,  ///< `alohook sign` makes the headers
    literally   ///< as they stand: no secret went into them
  };
  Signed how = Signed::correctly;
  std::int64_t offset_s = 0;  ///< of a right signature's timestamp
  // How a wrong signature is made again; when neither is known, only `check` can.
  /// As a shell makes it of `$F` and `$T`; `{secret}` stands for the flags that give the secret.
  std::string shell_signature = {};
  std::string_view forgery = {};  ///< the kind of `alohook send --bad`
  bool has_to_be_read = false;    ///< a failure at it is this check's business, else only worth a remark
  bool is_wrong = false;          ///< a wrong signature that the secret went into

  /// What changes when a valid request is sent again because it was rejected.
  enum class Renewal {
    everything,  ///< its id, timestamp and signature
    nothing,     ///< it isn't sent again: it is a part of a sequence
  };
  Renewal renewal = Renewal::everything;
};

/// Returns the value of a header that the request has, to change it.
std::string& header_of(Request& request, std::string_view name);

}  // namespace alohook
