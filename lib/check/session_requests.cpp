// How a session builds its requests.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "check/session.h"
#include "events/challenge.h"
#include "signing/digest_text.h"

namespace alohook {
namespace {

/// Replaces a header's value, but keeps the whitespace around it.
void replace_value(Header& header, std::string_view value) {
  const std::size_t begin = std::min(header.value.find_first_not_of(" \t"), header.value.size());
  const std::size_t end = header.value.find_last_not_of(" \t") + 1;
  header.value.replace(begin, std::max(end, begin) - begin, value);
}

void replace_ids(std::string& text, std::string_view old_id, std::string_view new_id) {
  for (std::size_t at = 0; (at = text.find(old_id, at)) != std::string::npos; at += new_id.size()) {
    text.replace(at, old_id.size(), new_id);
  }
}

/// Returns the ID in a request's body; empty if there is none.
std::string id_in(std::string_view body) {
  constexpr std::string_view mark = "alohook-check-";
  const std::size_t at = body.find(mark);
  if (at == std::string_view::npos) return {};
  const std::size_t end = body.find_first_not_of("0123456789abcdef-", at + mark.size());
  return std::string(body.substr(at, end == std::string_view::npos ? end : end - at));
}

}  // namespace

std::string& header_of(Request& request, std::string_view name) {
  return std::ranges::find_if(request.headers,
                              [&](const Header& header) { return equal_ignoring_case(header.name, name); })
      ->value;
}

std::string CheckSession::body(std::string_view more) {
  const std::string id = fresh_id();
  if (facts.carrier == Carrier::challenge) {
    return fmt::format(R"({{{}"challenge":"{}","type":"{}"}})", more, id, challenge_type);
  }
  const std::size_t brace = settings_.event.find('{');
  if (brace != std::string::npos) {
    const bool is_empty = settings_.event.find('"') == std::string::npos;
    return fmt::format("{}{}\"alohook_check\":\"{}\"{}{}", settings_.event.substr(0, brace + 1), more, id,
                       is_empty ? "" : ",", settings_.event.substr(brace + 1));
  }
  // Sorted and compact, so that the most common way of re-serializing it produces the same bytes.
  return fmt::format(R"({{{}"id":"{}","type":"alohook.check"}})", more, id);
}

std::string CheckSession::timestamp(std::int64_t offset_s) const {
  return std::to_string(unix_seconds(world_.now()) + offset_s);
}

Request CheckSession::request(std::string body, Headers signature) const {
  Request request{.target = settings_.target, .body = std::move(body)};
  request.headers = {{"Content-Type", "application/json"}, {std::string(check_header), fresh_id()}};
  std::ranges::move(signature, std::back_inserter(request.headers));
  for (const Header& given : settings_.headers) {
    std::erase_if(request.headers, [&](const Header& h) { return equal_ignoring_case(h.name, given.name); });
    request.headers.push_back(given);
  }
  return request;
}

Headers CheckSession::sign(std::string_view timestamp, std::string_view body) const {
  return alohook::sign(settings_.secret, timestamp, body, encoding_);
}

Headers CheckSession::sign_with(std::string_view timestamp, std::string_view digest) const {
  return {{std::string(timestamp_header), std::string(timestamp)},
          {std::string(signature_header), encode_digest(digest, encoding_)}};
}

CheckRequest CheckSession::valid(std::string sent, std::string body, std::int64_t offset_s) const {
  const Headers signature = sign(timestamp(offset_s), body);
  return {.sent = std::move(sent), .request = request(std::move(body), signature), .offset_s = offset_s};
}

CheckRequest CheckSession::badly_signed(std::string sent, std::string body) const {
  const std::string digest = hash(HashAlgorithm::sha256, {fresh_id()});
  CheckRequest trial{.sent = std::move(sent),
                     .request = request(std::move(body), sign_with(timestamp(), digest))};
  trial.how = CheckRequest::Signed::literally;
  return trial;
}

/// Returns the same request with a new ID, timestamp and signature.
CheckRequest CheckSession::renewed(CheckRequest trial) const {
  if (const std::string id = id_in(trial.request.body); !id.empty()) {
    replace_ids(trial.request.body, id, fresh_id());
  }
  const std::string now = timestamp(trial.offset_s);
  const std::string signature = sign(now, trial.request.body).back().value;
  for (Header& header : trial.request.headers) {
    if (equal_ignoring_case(header.name, timestamp_header)) replace_value(header, now);
    if (equal_ignoring_case(header.name, signature_header)) replace_value(header, signature);
  }
  return trial;
}

}  // namespace alohook
