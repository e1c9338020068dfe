#include "http/client/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "http/client/connection.h"
#include "http/client/response_reader.h"
#include "http/client/tls.h"

namespace alohook {

namespace {

using std::chrono::steady_clock;

/// Returns the request line and the headers: `Host` first, then the given ones in their order and case, then the body's
/// length. The length is omitted if there is no body and the method doesn't define a meaning for one (RFC 9110 section
/// 8.6).
std::string head_of(const Request& request, const std::string& authority) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  if (!header_value(request.headers, "Host")) head.append("Host: ").append(authority).append("\r\n");
  for (const auto& [name, value] : request.headers) {
    if (equal_ignoring_case(name, "Content-Length")) continue;  // added below
    head.append(name).append(": ").append(value).append("\r\n");
  }
  const bool may_lack_length = request.method == "GET" || request.method == "HEAD" ||
                               request.method == "DELETE" || request.method == "OPTIONS";
  if (!request.body.empty() || !may_lack_length) {
    head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  return head.append("\r\n");
}

}  // namespace

class Client::Impl {
 public:
  Impl(Url url, ClientOptions options)
      : url_(std::move(url)), options_(std::move(options)), endpoint_(endpoint_of(url_, options_)) {
    if (url_.scheme == "https") {
      tls_ = std::make_unique<ClientTlsContext>(options_);
    }
  }

  Exchange send(const Request& request) {
    check_sendable(request);
    const auto began = steady_clock::now();
    Exchange exchange;
    try {
      exchange.response = send_until(request, began + options_.timeout);
    } catch (const SendError& failure) {
      connection_.reset();
      exchange.error = failure;
    }
    exchange.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
    return exchange;
  }

 private:
  Response send_until(const Request& request, Deadline deadline) {
    // The server may have closed the persistent connection before a byte of this request was sent.
    const bool is_kept = connection_ && !connection_->is_stale();
    if (!is_kept || !connection_->send(head_of(request, authority_), request.body)) {
      connect(deadline);
      connection_->send(head_of(request, authority_), request.body);
      return read_response(request, deadline);
    }
    try {
      return read_response(request, deadline);
    } catch (SendError& failure) {
      if (failure.kind == SendError::Kind::closed) failure.detail += " (a kept-alive connection)";
      throw;
    }
  }

  void connect(Deadline deadline) {
    connection_.reset();
    const auto patience = std::min(options_.connect_timeout, options_.timeout);
    connection_ = std::make_unique<Connection>(endpoint_, tls_.get(),
                                               std::min(steady_clock::now() + patience, deadline), patience);
  }

  Response read_response(const Request& request, Deadline deadline) {
    ResponseReader reader(
        [this, deadline](char* to, std::size_t size) { return connection_->read(to, size, deadline); },
        {.header_bytes = options_.max_header_bytes,
         .body_bytes = options_.max_body_bytes,
         .timeout = options_.timeout},
        request.method == "HEAD" ? ResponseReader::Body::never : ResponseReader::Body::expected);
    Response response = reader.read();
    // The server would interpret the rest of this request as the next one.
    if (!reader.keeps_connection() || connection_->has_unsent()) connection_.reset();
    return response;
  }

  Url url_;
  std::string authority_ = url_.authority();
  ClientOptions options_;
  Endpoint endpoint_;
  std::unique_ptr<ClientTlsContext> tls_;
  std::unique_ptr<Connection> connection_;
};

Client::Client(Url url, ClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(url), std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Exchange Client::send(const Request& request) { return impl_->send(request); }

}  // namespace alohook
