#include "http/client/raw_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "http/client/connection.h"
#include "http/client/response_reader.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds segment_pause{3};  // long enough for a segment to be sent and read by itself
constexpr milliseconds drip_pause{100};
constexpr std::size_t drips = 30;

std::string head_of(const Request& request, const Url& url, WireForm form) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  if (!header_value(request.headers, "Host")) head += fmt::format("Host: {}\r\n", url.authority());
  for (const auto& [name, value] : request.headers) head += fmt::format("{}: {}\r\n", name, value);
  head += form == WireForm::chunked ? "Transfer-Encoding: chunked\r\n"
                                    : fmt::format("Content-Length: {}\r\n", request.body.size());
  return head + "Connection: close\r\n\r\n";
}

std::vector<std::string> cut_into(std::string_view bytes, std::size_t parts) {
  std::vector<std::string> pieces;
  const std::size_t size = std::max<std::size_t>(1, (bytes.size() + parts - 1) / parts);
  for (std::size_t at = 0; at < bytes.size(); at += size) pieces.emplace_back(bytes.substr(at, size));
  return pieces;
}

/// Returns the pieces to send.
std::vector<std::string> pieces_of(const Request& request, const Url& url, WireForm form) {
  const std::string head = head_of(request, url, form);
  if (form == WireForm::whole) return {head + request.body};
  if (form == WireForm::dripping) return cut_into(head + request.body, drips);
  std::vector<std::string> pieces{head};
  if (form == WireForm::segmented) {
    constexpr std::size_t end_size = 4;  // CR LF CR LF
    pieces.front().resize(head.size() - end_size);
    for (const char c : head.substr(head.size() - end_size)) pieces.emplace_back(1, c);
  }
  for (std::string& part : cut_into(request.body, 3)) {
    pieces.push_back(form == WireForm::chunked ? fmt::format("{:x}\r\n{}\r\n", part.size(), part)
                                               : std::move(part));
  }
  if (form == WireForm::chunked) pieces.emplace_back("0\r\n\r\n");
  return pieces;
}

/// A connection that sends a request in pieces. Keeps bytes that arrive meanwhile for the response reader.
class PiecewiseExchange {
 public:
  PiecewiseExchange(Connection& connection, Deadline deadline)
      : connection_(connection), deadline_(deadline) {}

  void send(const std::vector<std::string>& pieces, milliseconds pause) {
    for (std::size_t i = 0; i < pieces.size() && !early_; ++i) {
      connection_.send(pieces[i]);
      // The last piece is sent while waiting for the response.
      if (i + 1 < pieces.size()) wait(pause);
    }
  }

  ReadResult read(char* to, std::size_t size) {
    if (!early_) return connection_.read(to, size, deadline_);
    if (early_bytes_.empty()) return *std::exchange(early_, std::nullopt);
    const std::size_t count = std::min(size, early_bytes_.size());
    early_bytes_.copy(to, count);
    early_bytes_.erase(0, count);
    if (early_bytes_.empty()) early_.reset();
    return {ReadResult::Kind::data, count};
  }

 private:
  /// Waits for the pause, and longer if the piece hasn't been sent completely.
  void wait(milliseconds pause) {
    char buffer[4096];
    do {
      const Deadline until = std::min(deadline_, steady_clock::now() + pause);
      const ReadResult result = connection_.read(buffer, sizeof buffer, until);
      if (result.kind == ReadResult::Kind::timed_out) continue;
      early_ = result;
      early_bytes_.assign(buffer, result.bytes);
      return;
    } while (connection_.has_unsent() && steady_clock::now() < deadline_);
  }

  Connection& connection_;
  Deadline deadline_;
  std::optional<ReadResult> early_;
  std::string early_bytes_;
};

Response exchange(const Url& url, const ClientOptions& options, const Request& request, WireForm form) {
  const Deadline deadline = steady_clock::now() + options.timeout;
  std::optional<ClientTlsContext> tls;
  if (url.scheme == "https") tls.emplace(options);
  const auto patience = std::min(options.connect_timeout, options.timeout);
  Connection connection(endpoint_of(url, options), tls ? &*tls : nullptr,
                        std::min(steady_clock::now() + patience, deadline), patience);
  PiecewiseExchange wire(connection, deadline);
  wire.send(pieces_of(request, url, form), form == WireForm::dripping ? drip_pause : segment_pause);
  ResponseReader reader([&](char* to, std::size_t size) { return wire.read(to, size); },
                        {.header_bytes = options.max_header_bytes,
                         .body_bytes = options.max_body_bytes,
                         .timeout = options.timeout},
                        ResponseReader::Body::expected);
  return reader.read();
}

}  // namespace

Exchange send_on_wire(const Url& url, const ClientOptions& options, const Request& request, WireForm form) {
  const auto began = steady_clock::now();
  Exchange result;
  try {
    result.response = exchange(url, options, request, form);
  } catch (const SendError& failure) {
    result.error = failure;
  }
  result.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
  return result;
}

bool accepts_connections(const Url& url, const ClientOptions& options) {
  try {
    const Connection connection(endpoint_of(url, options), nullptr,
                                steady_clock::now() + options.connect_timeout, options.connect_timeout);
    return true;
  } catch (const SendError&) {
    return false;
  }
}

}  // namespace alohook
