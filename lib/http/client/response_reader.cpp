#include "http/client/response_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/clock.h"

namespace alohook {

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t max_status_line = 8 * 1024;
constexpr std::size_t max_chunk_line = 1024;
constexpr int max_interim_responses = 20;

}  // namespace

ResponseReader::ResponseReader(Source source, ResponseLimits limits, Body body)
    : source_(std::move(source)), limits_(limits), body_(body) {}

Response ResponseReader::read() {
  read_head();
  const BodyFraming framing = body_ == Body::never ? BodyFraming() : framing_of(head_.response);
  is_in_body_ = true;
  switch (framing.kind) {
    case Framing::none:
      break;
    case Framing::sized:
      read_sized_body(framing.length);
      break;
    case Framing::chunked:
      read_chunked_body();
      break;
    case Framing::until_end:
      read_body_until_end();
      break;
  }
  head_.response.body.resize(filled_);
  return std::move(head_.response);
}

bool ResponseReader::keeps_connection() const {
  // Any further bytes would be interpreted as the next response.
  return !head_.ends_connection && !ends_with_connection_ && available() == 0;
}

void ResponseReader::read_head() {
  for (int interim = 0;; ++interim) {
    if (interim > max_interim_responses) {
      fail_not_http(fmt::format("more than {} interim (1xx) responses arrived", max_interim_responses));
    }
    await_http();
    const auto line = take_line(max_status_line, "the status line is longer than 8 KiB");
    head_bytes_ += line.size() + 2;
    head_ = parse_status_line(line);
    for (auto header = take_header_line(); !header.empty(); header = take_header_line()) {
      add_header_line(head_, header);
    }
    if (!head_.is_interim()) return;
  }
}

/// Reports non-HTTP data at the first wrong byte, instead of waiting for a newline that may never arrive.
void ResponseReader::await_http() {
  constexpr std::string_view start = "HTTP/1.";
  while (true) {
    const auto got = std::string_view(input_).substr(input_at_);
    const auto count = std::min(got.size(), start.size());
    if (got.substr(0, count) != start.substr(0, count)) {
      const bool is_tls = got.starts_with("\x15\x03") || got.starts_with("\x16\x03");
      fail_not_http(fmt::format("the response is not HTTP/1.1: it starts with {}{}", excerpt(got),
                                is_tls ? " (this looks like TLS: use https://)" : ""));
    }
    if (count == start.size()) return;
    fill();
  }
}

void ResponseReader::fail_too_long() const {
  fail_not_http(fmt::format("the response's body is longer than {}", size_text(limits_.body_bytes)));
}

void ResponseReader::read_sized_body(std::uint64_t length) {
  if (length > limits_.body_bytes) fail_too_long();
  length_ = length;
  append_body(length);
}

void ResponseReader::read_chunked_body() {
  while (const std::uint64_t size = read_chunk_size()) {
    append_body(size);
    constexpr std::string_view longer = "the response's chunks are malformed: one is longer than its size";
    if (!take_line(max_chunk_line, longer).empty()) fail_not_http(std::string(longer));
  }
  // Trailers are checked like headers, and discarded.
  ResponseHead trailers;
  for (auto line = take_header_line(); !line.empty(); line = take_header_line()) {
    add_header_line(trailers, line);
  }
}

std::uint64_t ResponseReader::read_chunk_size() {
  const auto line = take_line(max_chunk_line, "the response's chunks are malformed: a size is too long");
  auto digits = line.substr(0, line.find(';'));
  digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
  const auto size = parse_number(digits, 16);
  if (!size || !is_field_text(line)) {
    fail_not_http(fmt::format("the response's chunks are malformed: {} is not a size", excerpt(line)));
  }
  if (*size > limits_.body_bytes - filled_) fail_too_long();
  return *size;
}

void ResponseReader::read_body_until_end() {
  ends_with_connection_ = true;
  std::string& body = head_.response.body;
  body.assign(input_, input_at_);
  filled_ = body.size();
  input_at_ = input_.size();
  do {
    if (filled_ > limits_.body_bytes) fail_too_long();
    if (body.size() - filled_ < read_size) body.resize(filled_ + std::max(read_size, filled_));
    const std::size_t count = pull(body.data() + filled_, body.size() - filled_);
    if (count == 0) return;
    filled_ += count;
  } while (true);
}

/// Reads this many bytes of the body. Memory grows with the bytes received, not with the declared length.
void ResponseReader::append_body(std::uint64_t count) {
  std::string& body = head_.response.body;
  const std::size_t end = filled_ + static_cast<std::size_t>(count);
  const std::size_t early = std::min<std::uint64_t>(count, available());
  if (early > 0) {
    body.resize(filled_);
    body.append(input_, input_at_, early);
    input_at_ += early;
    filled_ += early;
  }
  while (filled_ < end) {
    if (body.size() <= filled_) body.resize(std::min(end, filled_ + std::max(read_size, filled_)));
    filled_ += pull(body.data() + filled_, std::min(body.size(), end) - filled_);
  }
}

/// Takes the next line from the input, without its CRLF. The view is valid until the next line is taken. `too_long` is
/// the error for a line that exceeds the limit; if it is empty, the error for headers.
std::string_view ResponseReader::take_line(std::size_t limit, std::string_view too_long) {
  std::size_t searched = 0;
  while (true) {
    const auto end = input_.find('\n', input_at_ + searched);
    const auto length = (end == std::string::npos ? input_.size() : end + 1) - input_at_;
    if (length > limit) {
      fail_not_http(!too_long.empty() ? std::string(too_long)
                                      : fmt::format("the response's headers are longer than {}",
                                                    size_text(limits_.header_bytes)));
    }
    if (end != std::string::npos) {
      const auto line = std::string_view(input_).substr(input_at_, length);
      input_at_ += length;
      if (!line.ends_with("\r\n")) {
        fail_not_http("a line of the response ends with LF instead of CRLF: " + excerpt(line));
      }
      return line.substr(0, length - 2);
    }
    searched = length;
    fill();
  }
}

std::string_view ResponseReader::take_header_line() {
  const auto left = limits_.header_bytes - std::min(limits_.header_bytes, head_bytes_);
  const auto line = take_line(left, {});
  head_bytes_ += line.size() + 2;
  return line;
}

/// Reads ahead.
void ResponseReader::fill() {
  input_.erase(0, input_at_);
  input_at_ = 0;
  std::array<char, read_size> bytes;
  input_.append(bytes.data(), pull(bytes.data(), bytes.size()));
}

/// Reads at least one byte. Returns 0 only if the end of the connection is the end of the body.
std::size_t ResponseReader::pull(char* to, std::size_t size) {
  const auto result = source_(to, size);
  switch (result.kind) {
    case ReadResult::Kind::data:
      has_started_ = true;
      return result.bytes;
    case ReadResult::Kind::timed_out:
      if (!has_started_) {
        throw SendError{SendError::Kind::timed_out, "no response within " + human_duration(limits_.timeout)};
      }
      throw SendError{SendError::Kind::timed_out, fmt::format("the response was not complete within {} ({})",
                                                              human_duration(limits_.timeout), progress())};
    case ReadResult::Kind::end:
      if (ends_with_connection_) return 0;
      break;
    case ReadResult::Kind::reset:
      break;
  }
  const auto ended = result.kind == ReadResult::Kind::reset ? "reset" : "closed";
  if (!has_started_) {
    throw SendError{SendError::Kind::closed, fmt::format("the connection was {} without a response", ended)};
  }
  throw SendError{
      SendError::Kind::closed,
      fmt::format("the connection was {} before the response was complete ({})", ended, progress())};
}

std::string ResponseReader::progress() const {
  if (!is_in_body_) return fmt::format("{} bytes of its head", head_bytes_ + available());
  if (length_ > 0) return fmt::format("{} of {} bytes", filled_, length_);
  return fmt::format("{} bytes of its body", filled_);
}

}  // namespace alohook
