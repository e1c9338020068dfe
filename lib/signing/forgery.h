#pragma once
#include <span>
#include <string_view>

#include "base/random.h"
#include "signing/signed_request.h"

namespace alohook {

struct ForgeryDraft;

/// One way to sign a request wrongly that every right receiver refuses.
///
/// Not among them, since a right receiver may take them: the right MAC in upper-case hex, as bare hex or in base64 (ALO
/// does not document how it is written), a time a little over 300 s off (ALO lets receivers choose the age), the right
/// time in an odd notation (`T.0`, `+T`), and several signatures in one value (ALO documents no rotation).
struct Forgery {
  std::string_view name;            ///< stable
  std::string_view meaning;         ///< what is wrong with the request, as a sentence without its full stop
  std::string_view accepted_means;  ///< what a receiver that accepts it does, to go on after "the receiver"
  void (*make)(ForgeryDraft&);
};

/// Returns all of them, the most telling first within their groups.
std::span<const Forgery> forgeries();

/// Returns nullptr when there is none of this name.
const Forgery* find_forgery(std::string_view name);

/// Returns what `signed_request` does but for the one defect. Where the defect is in one of the two signature headers,
/// it stands in place of what `signing.headers` gives under that name.
/// With a secret that anybody guesses, such as `changeme`, the forgery of that name is no forgery: its acceptance is
/// as bad. Throws Error when the defect can't be had with this body: nothing can be taken from an empty one.
Request forged_request(const Forgery& forgery, std::string_view body, const Signing& signing, Time now,
                       const RandomBits& random);

}  // namespace alohook
