#pragma once
// Part of server.cpp: parses bytes into a request.
#include <utility>  // missing in Boost 1.74 with C++20

#include <fmt/format.h>
#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/plain_run.h"
#include "base/text.h"
#include "http/host.h"
#include "http/message.h"

namespace alohook {

/// Why a request is rejected. `reason` contains no bytes of the request.
struct Refusal {
  int status = 400;
  std::string reason;
};

/// Parses one request into `request`, strictly: rejects anything that two parsers could interpret differently. Beast's
/// parser checks the grammar and decodes chunks. `Request` is used instead of Beast's own fields to keep the order,
/// case and duplicates of the headers.
class RequestParser : private boost::beast::http::basic_parser<true> {
 public:
  RequestParser(Request& request, std::size_t max_header_bytes, std::size_t max_body_bytes)
      : request_(request), max_header_bytes_(max_header_bytes), max_body_bytes_(max_body_bytes) {
    header_limit(UINT32_MAX);  // Beast's limit applies per call, so `take_header` counts instead
    body_limit(max_body_bytes);
  }

  /// Consumes as many bytes as possible and returns their number. The rest has to be passed in again together with the
  /// next bytes: it either belongs to the next request, or is incomplete.
  std::size_t take(std::string_view bytes) {
    std::size_t used = header_done() ? 0 : take_header(bytes);
    while (header_done() && !is_done() && !refusal_ && used < bytes.size()) {
      const std::size_t count = take_body(bytes.substr(used));
      if (count == 0) break;
      used += count;
    }
    return used;
  }

  bool header_done() const { return is_header_done() && !refusal_; }
  bool done() const { return is_done() && !refusal_; }
  const std::optional<Refusal>& refusal() const { return refusal_; }

  /// Valid once the header is done.
  bool keeps_alive() const { return basic_parser::keep_alive(); }
  bool is_http_1_0() const { return version_ == 10; }
  /// Returns whether the client is waiting for `100 Continue`: no part of the body has arrived.
  bool waits_for_continue() const { return expects_continue_ && version_ >= 11 && request_.body.empty(); }

 private:
  using Error = boost::beast::http::error;
  using Field = boost::beast::http::field;
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  /// Parses a header only once it is complete, so that the result doesn't depend on how it was split into packets.
  std::size_t take_header(std::string_view bytes) {
    // RFC 9112 section 2.2: an empty line before a request is ignored.
    const std::size_t start = bytes.starts_with("\r\n") ? 2 : 0;
    for (; scanned_ < bytes.size(); ++scanned_) {
      if (scanned_ >= max_header_bytes_) return refuse(431, "header", max_header_bytes_), scanned_;
      const char c = bytes[scanned_];
      const char before = scanned_ > 0 ? bytes[scanned_ - 1] : '\0';
      if (is_plain_in_json(c) && before != '\r' && before != '\n') {
        // Inside a line, nothing below looks at these characters.
        scanned_ = end_of_plain_run(bytes.substr(0, max_header_bytes_), scanned_) - 1;
        continue;
      }
      if ((c == '\n') != (before == '\r')) return refuse("a line does not end with CR LF"), scanned_;
      if (is_control(c)) {
        refuse(is_tls(bytes)
                   ? "a TLS handshake, but this port speaks plain HTTP (--tls-self-signed serves HTTPS)"
                   : "control bytes in the header");
        return scanned_;
      }
      if (before == '\n' && (c == ' ' || c == '\t')) return refuse("a folded header line"), scanned_;
      if (before == '\n' && c == '\r' && scanned_ == start) return refuse("empty lines"), scanned_;
      if (c != '\n' || scanned_ < start + 3 || bytes[scanned_ - 2] != '\n') continue;

      error_code error;
      put({bytes.data() + start, scanned_ + 1 - start}, error);
      if (error == Error::bad_version && has_other_version(bytes.substr(start)))
        refusal_ = Refusal{505, "not HTTP/1.0 or HTTP/1.1"};
      if (error) refuse(error);
      return std::exchange(scanned_, 0) + 1;
    }
    return 0;
  }

  std::size_t take_body(std::string_view bytes) {
    if (chunked() && chunk_left_ == 0) return take_chunk_head(bytes);
    if (chunked()) bytes = bytes.substr(0, chunk_left_);
    error_code error;
    const std::size_t count = put({bytes.data(), bytes.size()}, error);
    if (error) refuse(error);
    return count;
  }

  /// Parses a chunk's first line only once it is complete, like a header. After the last one, this includes the
  /// trailers.
  std::size_t take_chunk_head(std::string_view bytes) {
    constexpr std::string_view line_end = "\r\n";
    const std::size_t start = is_first_chunk_ ? 0 : line_end.size();  // of the previous chunk
    for (; scanned_ < bytes.size(); ++scanned_) {
      if (scanned_ >= max_header_bytes_) return refuse(431, "chunk header or trailers", max_header_bytes_), 0;
      const char c = bytes[scanned_];
      if (scanned_ < start && c != line_end[scanned_]) return refuse(Error::bad_chunk), 0;
      if (scanned_ < start) continue;
      const char before = scanned_ > start ? bytes[scanned_ - 1] : '\0';
      if ((c == '\n') != (before == '\r')) return refuse("a line does not end with CR LF"), 0;
      if (is_control(c)) return refuse("control bytes in a chunk header or trailer"), 0;
      if (before == '\n' && (c == ' ' || c == '\t')) return refuse("a folded trailer"), 0;
      if (c != '\n' || !ends_chunk_head(bytes.substr(start, scanned_ + 1 - start))) continue;

      error_code error;
      put({bytes.data(), scanned_ + 1}, error);
      if (error) refuse(error == Error::need_more ? Error::bad_chunk : error);
      is_first_chunk_ = false;
      return std::exchange(scanned_, 0) + 1;
    }
    return 0;
  }

  /// Returns whether these lines are complete up to the chunk's data, or up to the end of the body.
  bool ends_chunk_head(std::string_view lines) {
    if (is_last_chunk_) return lines.ends_with("\r\n\r\n");
    const std::size_t behind_zeros = lines.find_first_not_of('0');
    is_last_chunk_ = behind_zeros > 0 && !std::isxdigit(static_cast<unsigned char>(lines[behind_zeros]));
    return !is_last_chunk_;
  }

  static bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
  }

  /// Returns whether these bytes begin like a TLS client's first message: a handshake record of any version.
  static bool is_tls(std::string_view bytes) { return bytes.starts_with('\x16'); }

  void refuse(std::string reason) { refusal_ = Refusal{400, "malformed request: " + std::move(reason)}; }
  void refuse(int status, std::string_view what, std::size_t limit) {
    refusal_ = Refusal{status, fmt::format("{} larger than {} bytes", what, limit)};
  }
  void refuse(error_code error) {
    if (refusal_) return;
    if (error == Error::body_limit) return refuse(413, "body", max_body_bytes_);
    if (error == Error::bad_method) return refuse("the method");
    if (error == Error::bad_target) return refuse("the target");
    if (error == Error::bad_version) return refuse("not HTTP/1.0 or HTTP/1.1");
    if (error == Error::bad_field) return refuse("the name of a header");
    if (error == Error::bad_value) return refuse("the value of a header");
    const bool is_length = error == Error::bad_content_length;
    if (is_length || error == Error::bad_transfer_encoding) {
      const bool has_other =
          header_value(request_.headers, is_length ? "Transfer-Encoding" : "Content-Length").has_value();
      return refuse(has_other   ? "both Content-Length and Transfer-Encoding"
                    : is_length ? "Content-Length"
                                : "Transfer-Encoding");
    }
    if (error == Error::bad_chunk || error == Error::bad_chunk_extension) return refuse("chunked encoding");
    refuse("not HTTP");
  }

  void on_request_impl(boost::beast::http::verb, string_view method, string_view target, int version,
                       error_code& error) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.headers.reserve(16);
    version_ = version;
    if (method == "CONNECT") {
      refusal_ = Refusal{501, "CONNECT asks for a tunnel, and this is no proxy"};
      error = Error::bad_method;
    } else if (!reduce_target(request_.target)) {
      error = Error::bad_target;
    }
  }

  /// Returns whether the request line is well-formed except for its version, such as `GET / HTTP/2.0`.
  static bool has_other_version(std::string_view head) {
    const std::vector<std::string_view> parts = split(head.substr(0, head.find('\r')), ' ');
    if (parts.size() != 3 || parts[0].empty() || parts[1].empty() || parts[2].size() != 8) return false;
    const std::string_view version = parts[2];
    const auto is_decimal = [](char c) { return c >= '0' && c <= '9'; };
    return version.starts_with("HTTP/") && is_decimal(version[5]) && version[6] == '.' &&
           is_decimal(version[7]);
  }

  /// Accepts the forms of RFC 9112 section 3.2, and `*` for any method. Reduces the absolute form to path and query:
  /// otherwise, the client could choose the host on a server behind this one. Returns false for any other target.
  static bool reduce_target(std::string& target) {
    if (target.starts_with('/') || target == "*") return true;
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos) return false;
    const std::string_view name = std::string_view(target).substr(0, scheme);
    if (!equal_ignoring_case(name, "http") && !equal_ignoring_case(name, "https")) return false;
    const std::string_view rest = std::string_view(target).substr(scheme + 3);
    const std::size_t authority = std::min(rest.find_first_of("/?#"), rest.size());
    if (authority == 0 || !is_host_and_port(rest.substr(0, authority))) return false;
    std::string reduced(rest.substr(authority));
    if (!reduced.starts_with('/')) reduced.insert(0, 1, '/');
    target = std::move(reduced);
    return true;
  }

  /// Newer versions of Boost pass trailers to this function, and leave it to reject what older versions reject
  /// themselves. Older ones don't declare it, so it isn't marked `override`.
  // NOLINTNEXTLINE(modernize-use-override)
  virtual void on_trailer_field_impl(Field field, string_view, string_view, error_code& error) {
    if (field == Field::content_length) error = Error::bad_content_length;
    if (field == Field::transfer_encoding) error = Error::bad_transfer_encoding;
  }

  void on_field_impl(Field field, string_view name, string_view value, error_code& error) override {
    if (in_body_) return;  // a trailer, in older versions of Boost
    check_framing(field, {value.data(), value.size()}, error);
    request_.headers.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }

  /// Rejects what Beast accepts even though the end of such a request is ambiguous.
  void check_framing(Field field, std::string_view value, error_code& error) {
    if (field == Field::content_length) {
      if (std::exchange(has_length_, true) || value.find(',') != value.npos)
        error = Error::bad_content_length;
    } else if (field == Field::transfer_encoding) {
      if (equal_ignoring_case(value, "chunked") && version_ >= 11) return;
      if (version_ >= 11 && is_other_coding_in_chunks(value))
        refusal_ = Refusal{501, "a transfer coding other than chunked"};
      error = Error::bad_transfer_encoding;
    } else if (field == Field::host) {
      if (std::exchange(has_host_, true) || !is_host_and_port(value)) refuse_host(error);
    } else if (field == Field::expect) {
      expects_continue_ = equal_ignoring_case(value, "100-continue");
    }
  }

  /// Returns whether a list of transfer codings is well-formed (RFC 9112 section 6.1): its end is clear, but its coding
  /// is unknown.
  static bool is_other_coding_in_chunks(std::string_view list) {
    const std::size_t last = list.find_last_of(',');
    if (last == list.npos || !equal_ignoring_case(without_blanks(list.substr(last + 1)), "chunked"))
      return false;
    for (const std::string_view item : split(list.substr(0, last), ',')) {
      const std::string_view coding = without_blanks(item);
      if (!is_header_name(coding) || equal_ignoring_case(coding, "chunked")) return false;
    }
    return true;
  }

  static std::string_view without_blanks(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
  }

  /// RFC 9112 section 3.2: HTTP/1.1 requires exactly one valid Host.
  void refuse_host(error_code& error) {
    refuse("not one valid Host");
    error = Error::bad_value;
  }

  void on_header_impl(error_code& error) override {
    in_body_ = true;
    if (version_ >= 11 && !has_host_) refuse_host(error);
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) declared_length_ = static_cast<std::size_t>(*length);
  }

  std::size_t on_body_impl(string_view bytes, error_code&) override {
    request_.body.reserve(room_for(request_.body.size() + bytes.size()));
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  /// A client may declare more than it sends. So memory initially grows with the bytes received, but never past the
  /// declared length or the limit. Once a body is large, it gets its full size at once, because growing would
  /// repeatedly copy it.
  std::size_t room_for(std::size_t needed) const {
    constexpr std::size_t large = 256 * 1024;
    const std::size_t room = request_.body.capacity();
    if (needed <= room) return room;
    const bool has_length = declared_length_ >= needed;
    if (has_length && needed > large) return declared_length_;
    return std::min(has_length ? declared_length_ : std::max(needed, max_body_bytes_),
                    std::max(needed, 2 * room));
  }

  void on_chunk_header_impl(std::uint64_t size, string_view, error_code&) override { chunk_left_ = size; }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override {
    chunk_left_ -= bytes.size();
    return on_body_impl(bytes, error);
  }

  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  Request& request_;
  std::size_t max_header_bytes_;
  std::size_t max_body_bytes_;
  std::size_t scanned_ = 0;       // bytes of the header or chunk header that were scanned
  std::uint64_t chunk_left_ = 0;  // bytes of the chunk that haven't arrived yet
  bool is_first_chunk_ = true;
  bool is_last_chunk_ = false;
  std::size_t declared_length_ = 0;
  int version_ = 11;
  bool in_body_ = false;
  bool has_length_ = false;
  bool has_host_ = false;
  bool expects_continue_ = false;
  std::optional<Refusal> refusal_;
};

}  // namespace alohook
