#include "http/client/client.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/visible.h"
#include "http/client/connection.h"
#include "http/client/response_reader.h"
#include "http/client/tls.h"

// The header and Debian's shared library must agree on this, or the fields of httplib's types lie elsewhere.
#ifndef CPPHTTPLIB_OPENSSL_SUPPORT
#error "compile with the definitions of cpp-httplib's pkg-config file (CPPHTTPLIB_OPENSSL_SUPPORT …)"
#endif

namespace alohook {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t usual_head = 1024;  // bytes

/// In the order in which httplib sends headers, those of one name as they were given.
bool is_before(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::ranges::lexicographical_compare(a, b, {}, lower, lower);
}

/// Puts the request's own headers in place of those in httplib's message, which adds some of its own accord
/// (User-Agent, Accept, Content-Type …): a webhook is sent as it was signed, and an absent header is part of it.
/// Of httplib's only `Content-Length` stays. (Handing it the headers costs more than all else that it does.)
/// `message` becomes the result: a body can be large.
void put_own_headers(std::string& message, const Headers& given, const std::string& authority) {
  constexpr std::string_view length_name = "Content-Length";
  const auto head_end = message.find("\r\n\r\n") + 2;
  const auto head = std::string_view(message).substr(0, head_end);
  const auto first_line = head.substr(0, head.find("\r\n") + 2);

  std::vector<std::pair<std::string_view, std::string_view>> headers;
  headers.reserve(given.size() + 2);
  const auto add = [&headers](std::string_view name, std::string_view value) {
    const auto place =
        std::ranges::upper_bound(headers, name, is_before, [](const auto& h) { return h.first; });
    headers.insert(place, {name, value});
  };
  std::size_t size = head.size() + authority.size() + 8;
  bool has_host = false;
  for (const auto& [name, value] : given) {
    if (equal_ignoring_case(name, length_name)) continue;  // httplib counts, even an empty body
    has_host = has_host || equal_ignoring_case(name, "Host");
    add(name, value);
    size += name.size() + value.size() + 4;
  }
  if (!has_host) add("Host", authority);
  if (const auto at = head.find("\r\nContent-Length: "); at != std::string_view::npos) {
    const auto value = head.substr(at + 2 + length_name.size() + 2);
    add(length_name, value.substr(0, value.find("\r\n")));
  }

  std::string out;
  out.reserve(size);
  out += first_line;
  for (const auto& [name, value] : headers) out.append(name).append(": ").append(value).append("\r\n");
  message.replace(0, head_end, out);
}

/// Answers the questions that httplib asks of a stream: they differ between its versions, so none is marked `override`.
class UnquestionedStream : public httplib::Stream {
 public:
  // NOLINTBEGIN(modernize-use-override)
  virtual bool is_readable() const { return true; }
  virtual bool is_writable() const { return true; }
  virtual bool wait_readable() const { return true; }
  virtual bool wait_writable() const { return true; }
  virtual time_t duration() const { return 0; }
  // NOLINTEND(modernize-use-override)
};

/// The stream that httplib writes a request to and reads the answer from. Nothing goes out before httplib first
/// reads, so that head and body leave in one piece.
class ExchangeStream : public UnquestionedStream {
 public:
  ExchangeStream(Connection& connection, AnswerReader& answer, const Request& request,
                 const std::string& authority)
      : connection_(connection), answer_(answer), given_(request.headers), authority_(authority) {
    message_.reserve(request.body.size() + usual_head);
  }

  /// What made `read` fail; httplib itself only knows that it did.
  std::exception_ptr failure() const { return failure_; }

  ssize_t read(char* to, std::size_t size) override {
    try {
      if (!message_.empty()) {
        put_own_headers(message_, given_, authority_);
        connection_.send(std::exchange(message_, {}));
      }
      return static_cast<ssize_t>(answer_.read(to, size));
    } catch (...) {
      failure_ = std::current_exception();
      return -1;
    }
  }
  ssize_t write(const char* from, std::size_t size) override {
    message_.append(from, size);
    return static_cast<ssize_t>(size);
  }

  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  Connection& connection_;
  AnswerReader& answer_;
  const Headers& given_;
  const std::string& authority_;
  std::string message_;
  std::exception_ptr failure_;
};

/// httplib's client with its own sockets left unused. Writing the request and reading a body by length, by chunks or
/// to the end is httplib's; time, limits and a hostile server's bytes are dealt with in the stream, since httplib
/// crashes on a long reason phrase, reads heads and chunks without limit, and decodes and sorts headers.
class HttpLibrary : public httplib::ClientImpl {
 public:
  explicit HttpLibrary(const std::string& host) : ClientImpl(host) {
    set_keep_alive(true);
    set_follow_location(false);
    set_url_encode(false);
    set_decompress(false);
  }
  using ClientImpl::process_request;
};

void check_sendable(const Request& request) {
  const auto fail = [](std::string message, std::string hint = {}) {
    throw Error(std::move(message), std::move(hint));
  };
  if (!is_header_name(request.method) || request.method == "CONNECT") {
    fail(fmt::format("the method \"{}\" can't be sent", visible(request.method)));
  }
  const bool bad_target = request.target.empty() || std::ranges::any_of(request.target, [](unsigned char c) {
                            return c <= ' ' || c == 0x7f;
                          });
  if (bad_target) {
    fail(fmt::format("the target \"{}\" can't be sent", visible(request.target)),
         "percent-encode blanks and control bytes");
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_header_name(name)) fail(fmt::format("\"{}\" is not a header's name", visible(name)));
    if (!is_header_value(value)) {
      fail(fmt::format("the header \"{}\" can't be sent: its value holds a line end or a zero byte", name));
    }
    if (equal_ignoring_case(name, "Transfer-Encoding") ||
        (equal_ignoring_case(name, "Content-Length") && value != std::to_string(request.body.size()))) {
      fail(fmt::format("the header \"{}\" can't be sent: it does not fit the body", name),
           "leave it out; it is set as it must be");
    }
  }
}

httplib::Request to_httplib(const Request& request) {
  httplib::Request result;
  result.method = request.method;
  result.path = request.target;
  result.body = request.body;
  return result;
}

}  // namespace

class Client::Impl {
 public:
  Impl(Url url, ClientOptions options)
      : url_(std::move(url)), options_(std::move(options)), library_("localhost") {
    endpoint_.host = url_.host;
    endpoint_.port = url_.port;
    endpoint_.unix_path = options_.unix_path.empty() ? url_.unix_path : options_.unix_path;
    endpoint_.interrupt = options_.interrupt;
    for (const auto& entry : options_.resolve) {
      std::ranges::move(resolve_addresses(entry, url_.host, url_.port),
                        std::back_inserter(endpoint_.addresses));
    }
    if (url_.scheme == "https")
      tls_ = std::make_unique<ClientTlsContext>(options_.ca_file, options_.verify_tls);
  }

  Exchange send(const Request& request) {
    check_sendable(request);
    const auto began = steady_clock::now();
    Exchange exchange;
    try {
      exchange.response = send_until(request, began + options_.timeout);
    } catch (const Failure& failure) {
      connection_.reset();
      exchange.obstacle = failure.obstacle;
      exchange.detail = failure.detail;
    }
    exchange.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
    return exchange;
  }

 private:
  Response send_until(const Request& request, Deadline deadline) {
    if (connection_ && connection_->is_stale()) connection_.reset();
    if (connection_) {
      auto answer = make_answer_reader(request, deadline);
      try {
        return exchange_once(request, answer);
      } catch (const Failure& failure) {
        if (failure.obstacle != Obstacle::closed || answer.started()) throw;
        connection_.reset();
      }
    }
    const auto patience = std::min(options_.connect_timeout, options_.timeout);
    connection_ = std::make_unique<Connection>(endpoint_, tls_.get(),
                                               std::min(steady_clock::now() + patience, deadline), patience);
    auto answer = make_answer_reader(request, deadline);
    return exchange_once(request, answer);
  }

  AnswerReader make_answer_reader(const Request& request, Deadline deadline) {
    return AnswerReader(
        [this, deadline](char* to, std::size_t size) { return connection_->read(to, size, deadline); },
        {.header_bytes = options_.max_header_bytes,
         .body_bytes = options_.max_body_bytes,
         .timeout = options_.timeout},
        request.method == "HEAD" ? AnswerReader::Body::never : AnswerReader::Body::expected);
  }

  Response exchange_once(const Request& request, AnswerReader& answer) {
    ExchangeStream stream(*connection_, answer, request, authority_);
    auto wire_request = to_httplib(request);
    httplib::Response wire_response;
    auto error = httplib::Error::Success;
    const bool read = library_.process_request(stream, wire_request, wire_response, false, error);
    if (stream.failure()) std::rethrow_exception(stream.failure());
    if (!read || !answer.complete()) {
      throw Failure{Obstacle::not_http,
                    "cpp-httplib could not read the answer: " + httplib::to_string(error)};
    }
    Response response = answer.head();
    response.body = std::move(wire_response.body);
    // What is left of the request would be taken for the next one.
    if (!answer.keeps_connection() || connection_->has_unsent()) connection_.reset();
    return response;
  }

  Url url_;
  std::string authority_ = url_.authority();
  ClientOptions options_;
  Endpoint endpoint_;
  HttpLibrary library_;
  std::unique_ptr<ClientTlsContext> tls_;
  std::unique_ptr<Connection> connection_;
};

Client::Client(Url url, ClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(url), std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Exchange Client::send(const Request& request) { return impl_->send(request); }

}  // namespace alohook
