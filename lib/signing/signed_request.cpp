#include "signing/signed_request.h"

namespace alohook {
namespace {

void replace_headers(Headers& headers, const Headers& given) {
  std::erase_if(headers, [&](const Header& header) { return header_value(given, header.name).has_value(); });
  headers.insert(headers.end(), given.begin(), given.end());
}

Headers signature_of(std::string_view body, const Signing& signing, Time now) {
  return sign(signing.secret, std::to_string(unix_seconds(now)), body, signing.encoding);
}

}  // namespace

Request signed_request(std::string_view body, const Signing& signing, Time now) {
  Request request = unsigned_request(body, signing.target, signature_of(body, signing, now));
  replace_headers(request.headers, signing.headers);
  return request;
}

Request unsigned_request(std::string_view body, std::string_view target, const Headers& given) {
  Request request{.target = std::string(target),
                  .headers = {{"Content-Type", "application/json"}},
                  .body = std::string(body)};
  replace_headers(request.headers, given);
  return request;
}

Request signed_again(Request recorded, const Signing& signing, Time now) {
  replace_headers(recorded.headers, signature_of(recorded.body, signing, now));
  replace_headers(recorded.headers, signing.headers);
  return recorded;
}

Request unsigned_again(Request recorded, const Headers& given) {
  std::erase_if(recorded.headers, [](const Header& header) {
    return equal_ignoring_case(header.name, signature_header) ||
           equal_ignoring_case(header.name, timestamp_header);
  });
  replace_headers(recorded.headers, given);
  return recorded;
}

Request with_headers(Request request, const Headers& given) {
  replace_headers(request.headers, given);
  return request;
}

}  // namespace alohook
