#pragma once
#include <span>
#include <string_view>

#include "base/random.h"
#include "signing/signed_request.h"

namespace alohook {

struct ForgeryDraft;

/// A kind of invalid request that every correct receiver rejects.
///
/// Correct receivers may accept these, so they are not included: the MAC in upper-case hex, bare hex or base64 (ALO
/// doesn't document the encoding), a timestamp slightly over 300 s off (ALO lets receivers choose the age), the correct
/// time in another notation (`T.0`, `+T`), and several signatures in one value (ALO documents no rotation).
struct Forgery {
  std::string_view name;            ///< stable
  std::string_view meaning;         ///< what is wrong with the request, without a full stop
  std::string_view accepted_means;  ///< the bug of a server that accepts it, to follow "your server"
  void (*make)(ForgeryDraft&);
};

/// Returns all kinds, the most useful first within their groups.
std::span<const Forgery> forgeries();

/// Returns nullptr if there is none of this name.
const Forgery* find_forgery(std::string_view name);

/// Returns the request of `signed_request` with one defect. A defect in a signature header replaces a header of that
/// name in `signing.headers`.
/// If the secret is a common one such as `changeme`, the request of that kind is valid: accepting it is as bad.
/// Throws Error if this body can't have the defect, such as an empty one.
Request forged_request(const Forgery& forgery, std::string_view body, const Signing& signing, Time now,
                       const RandomBits& random);

}  // namespace alohook
