#pragma once
#include <bitset>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "signing/secret.h"

namespace alohook {

/// Hides known secrets, and the MACs that they make, in what a server answers: an error page may print its environment or
/// the signature that it expected. Each is replaced by `•••`.
///
/// A secret is found as it is, escaped for URLs, HTML or JSON, in hex and in Base64; a MAC in hex and in Base64. What
/// would be shorter than 8 characters is left alone, because it may occur by chance.
class Masking {
 public:
  explicit Masking(const Secrets& secrets);

  /// Returns the text without the secrets.
  std::string masked(std::string_view text) const;

  /// Returns the response to this request without the secrets and the MACs over the request: reason, headers and body.
  Response masked(Response response, const Request& request) const;

  /// The same for an exchange, with or without a response.
  Exchange masked(Exchange exchange, const Request& request) const;

 private:
  struct Needle {
    enum class Form { escaped, hex, base64 };
    Form form;
    std::string text;  // the raw bytes, lower-case hex, or Base64 of the standard alphabet without padding
  };

  /// What is looked for, all of it in one pass over a text.
  class Needles {
   public:
    /// Ignores what is shorter than 8 characters.
    void add(Needle::Form form, std::string text);
    /// Adds the hex and the Base64 form.
    void add_encoded(std::string_view bytes);
    void replace_in(std::string& text) const;

   private:
    std::size_t match(std::string_view text) const;

    std::vector<Needle> needles_;
    std::size_t shortest_ = std::string::npos;  // characters
    std::bitset<256> first_;                    // the bytes that a match can start with
  };

  /// Calls `use` with what is to be hidden in this request's response. `may_hold_mac` tells whether that includes MACs.
  template <typename Use>
  void with_needles(const Request& request, bool may_hold_mac, Use use) const;

  Secrets secrets_;
  Needles needles_;
};

/// Returns the transport with all that it answers masked.
Transport masked(Transport transport, std::shared_ptr<const Masking> masking);

}  // namespace alohook
