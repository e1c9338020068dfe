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
  Request request;
  request.target = signing.target;
  request.headers = {{"Content-Type", "application/json"}};
  replace_headers(request.headers, signature_of(body, signing, now));
  replace_headers(request.headers, signing.headers);
  request.body = body;
  return request;
}

Request signed_again(Request recorded, const Signing& signing, Time now) {
  replace_headers(recorded.headers, signature_of(recorded.body, signing, now));
  replace_headers(recorded.headers, signing.headers);
  return recorded;
}

Request with_headers(Request request, const Headers& given) {
  replace_headers(request.headers, given);
  return request;
}

}  // namespace alohook
