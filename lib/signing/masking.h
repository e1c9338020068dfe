#pragma once
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

  static void add_encoded(std::vector<Needle>& needles, std::string_view bytes);
  static std::size_t match(const Needle& needle, std::string_view text);
  static void replace(std::string& text, const std::vector<Needle>& needles);
  std::vector<Needle> needles_for(const Request& request) const;

  Secrets secrets_;
  std::vector<Needle> needles_;
};

/// Returns the transport with all that it answers masked.
Transport masked(Transport transport, std::shared_ptr<const Masking> masking);

}  // namespace alohook
