#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "check/run.h"
#include "http/client/raw_client.h"
#include "http/message.h"

namespace alohook {

/// One request of a check, with what is needed to display and reproduce it.
struct CheckRequest {
  std::string sent;  ///< a description for people
  Request request;
  std::optional<WireForm> form = {};      ///< empty: as the regular client sends it
  std::optional<Severity> severity = {};  ///< empty: the severity of the check

  enum class Signed {
    correctly,  ///< `alohook sign` can generate the headers
    literally   ///< exactly these headers; they don't depend on the secret
  };
  Signed how = Signed::correctly;
  std::int64_t offset_s = 0;  ///< offset of a correct signature's timestamp from now
  // How to reproduce an incorrect signature. If neither is set, only `check` can.
  /// A shell expression with `$F` (body file) and `$T` (timestamp); `{secret}` stands for the flags that give the
  /// secret.
  std::string shell_signature = {};
  std::string_view forgery = {};  ///< the kind for `alohook send --bad`
  bool has_to_be_read = false;    ///< failing at it fails this check; otherwise it is only worth a remark
  bool is_wrong = false;          ///< an incorrect signature that depends on the secret

  /// What changes when a rejected valid request is resent.
  enum class Renewal {
    everything,  ///< its ID, timestamp and signature
    nothing,     ///< it isn't resent, because it is part of a sequence
  };
  Renewal renewal = Renewal::everything;
};

/// Returns a mutable reference to the value of a header, which must be present.
std::string& header_of(Request& request, std::string_view name);

}  // namespace alohook
