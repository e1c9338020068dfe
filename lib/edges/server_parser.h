#pragma once
// Part of server.cpp: how a request comes out of bytes.
#include <utility>  // Boost 1.74 forgets it in C++20

#include <fmt/format.h>
#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "ground/http.h"

namespace alohook {

/// Why a request is turned away; `reason` holds none of its bytes.
struct Refusal {
  int status = 400;
  std::string reason;
};

/// Reads one request into `request`, strictly: what two programs could understand in two ways is refused.
/// Beast's parser checks the grammar and takes chunks apart; `Request` rather than Beast's own fields keeps
/// the order, case and duplicates of the header.
class RequestParser : private boost::beast::http::basic_parser<true> {
 public:
  RequestParser(Request& request, std::size_t max_header_bytes, std::size_t max_body_bytes)
      : request_(request), max_header_bytes_(max_header_bytes), max_body_bytes_(max_body_bytes) {
    header_limit(UINT32_MAX);  // Beast's limit holds per call, so `take_header` counts instead
    body_limit(max_body_bytes);
  }

  /// Takes as many bytes as it can use and returns their number. The rest has to be offered again, with what
  /// follows it: either it belongs to the next request, or it can't be understood without what follows.
  std::size_t take(std::string_view bytes) {
    std::size_t used = header_done() ? 0 : take_header(bytes);
    while (header_done() && !is_done() && !refusal_ && used < bytes.size()) {
      // No rest of a chunked body is shorter; Beast asserts that it gets this much.
      if (chunked() && bytes.size() - used < 5) break;
      boost::beast::error_code error;
      const std::size_t count = put({bytes.data() + used, bytes.size() - used}, error);
      used += count;
      if (error == boost::beast::http::error::need_more) {
        if (bytes.size() - used > max_header_bytes_)
          refuse(431, "chunk header or trailers", max_header_bytes_);
        break;
      }
      if (error) refuse(error);
    }
    return used;
  }

  bool header_done() const { return is_header_done() && !refusal_; }
  bool done() const { return is_done() && !refusal_; }
  const std::optional<Refusal>& refusal() const { return refusal_; }

  /// These have meaning once the header is done.
  bool keeps_alive() const { return basic_parser::keep_alive(); }
  bool is_http_1_0() const { return version_ == 10; }
  /// Whether the client waits for `100 Continue`: nothing of the body has come.
  bool waits_for_continue() const { return expects_continue_ && version_ >= 11 && request_.body.empty(); }

 private:
  using Error = boost::beast::http::error;
  using Field = boost::beast::http::field;
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  /// A header is parsed only when all of it is here: then no outcome depends on how it was cut into packets.
  std::size_t take_header(std::string_view bytes) {
    // RFC 9112 section 2.2: one empty line before a request is passed over.
    const std::size_t start = bytes.starts_with("\r\n") ? 2 : 0;
    for (; scanned_ < bytes.size(); ++scanned_) {
      if (scanned_ >= max_header_bytes_) return refuse(431, "header", max_header_bytes_), scanned_;
      const char c = bytes[scanned_];
      const char before = scanned_ > 0 ? bytes[scanned_ - 1] : '\0';
      if ((c == '\n') != (before == '\r')) return refuse("a line does not end with CR LF"), scanned_;
      if (is_control(c)) return refuse("control bytes in the header"), scanned_;
      if (before == '\n' && (c == ' ' || c == '\t')) return refuse("a folded header line"), scanned_;
      if (before == '\n' && c == '\r' && scanned_ == start) return refuse("empty lines"), scanned_;
      if (c != '\n' || scanned_ < start + 3 || bytes[scanned_ - 2] != '\n') continue;

      error_code error;
      put({bytes.data() + start, scanned_ + 1 - start}, error);
      if (error) refuse(error);
      return scanned_ + 1;
    }
    return 0;
  }

  static bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
  }

  void refuse(std::string reason) { refusal_ = Refusal{400, "malformed request: " + std::move(reason)}; }
  void refuse(int status, std::string_view what, std::size_t limit) {
    refusal_ = Refusal{status, fmt::format("{} larger than {} bytes", what, limit)};
  }
  void refuse(error_code error) {
    if (error == Error::body_limit) return refuse(413, "body", max_body_bytes_);
    if (error == Error::bad_method) return refuse("the method");
    if (error == Error::bad_target) return refuse("the target");
    if (error == Error::bad_version) return refuse("not HTTP/1.0 or HTTP/1.1");
    if (error == Error::bad_field) return refuse("the name of a header");
    if (error == Error::bad_value) return refuse("the value of a header");
    if (error == Error::bad_content_length) return refuse("Content-Length");
    if (error == Error::bad_transfer_encoding) return refuse("Transfer-Encoding");
    if (error == Error::bad_chunk || error == Error::bad_chunk_extension) return refuse("chunked encoding");
    refuse("not HTTP");
  }

  void on_request_impl(boost::beast::http::verb, string_view method, string_view target, int version,
                       error_code&) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.headers.reserve(16);
    version_ = version;
  }

  void on_field_impl(Field field, string_view name, string_view value, error_code& error) override {
    if (in_body_) return;  // a trailer
    check_framing(field, {value.data(), value.size()}, error);
    request_.headers.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }

  /// Refuses what Beast takes although it is not clear where such a request ends.
  void check_framing(Field field, std::string_view value, error_code& error) {
    if (field == Field::content_length) {
      if (std::exchange(has_length_, true) || value.find(',') != value.npos)
        error = Error::bad_content_length;
    } else if (field == Field::transfer_encoding) {
      if (!equal_ignoring_case(value, "chunked") || version_ < 11) error = Error::bad_transfer_encoding;
    } else if (field == Field::host) {
      if (std::exchange(has_host_, true)) error = Error::bad_field;
    } else if (field == Field::expect) {
      expects_continue_ = equal_ignoring_case(value, "100-continue");
    }
  }

  void on_header_impl(error_code&) override { in_body_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) declared_length_ = static_cast<std::size_t>(*length);
  }

  std::size_t on_body_impl(string_view bytes, error_code&) override {
    // What a client declares is not what it sends: memory grows with the bytes, but not past the declared length.
    const std::size_t needed = request_.body.size() + bytes.size();
    if (needed > request_.body.capacity() && declared_length_ >= needed)
      request_.body.reserve(std::min(declared_length_, std::max(needed, 2 * request_.body.capacity())));
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& error) override {
    if (std::any_of(extensions.begin(), extensions.end(), [](char c) { return is_control(c) || c == '\n'; }))
      error = Error::bad_chunk_extension;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override {
    return on_body_impl(bytes, error);
  }

  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  Request& request_;
  std::size_t max_header_bytes_;
  std::size_t max_body_bytes_;
  std::size_t scanned_ = 0;  // bytes of the header that were looked at
  std::size_t declared_length_ = 0;
  int version_ = 11;
  bool in_body_ = false;
  bool has_length_ = false;
  bool has_host_ = false;
  bool expects_continue_ = false;
  std::optional<Refusal> refusal_;
};

}  // namespace alohook
