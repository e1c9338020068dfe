#include "http/client/response_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "http/client/response_head.h"

namespace alohook {

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t max_status_line = 8 * 1024;
constexpr std::size_t max_chunk_line = 1024;
constexpr int max_interim_answers = 20;

}  // namespace

AnswerReader::AnswerReader(Source source, AnswerLimits limits, Body body)
    : source_(std::move(source)), limits_(limits), body_(body) {}

std::size_t AnswerReader::read(char* to, std::size_t size) {
  while (output_at_ == output_.size()) {
    output_.clear();
    output_at_ = 0;
    if (stage_ == Stage::done) return 0;
    advance();
  }
  const auto count = output_.copy(to, size, output_at_);
  output_at_ += count;
  return count;
}

bool AnswerReader::keeps_connection() const {
  // Bytes after the end would be taken for the next answer.
  return complete() && !head_.ends_connection && available() == 0;
}

void AnswerReader::advance() {
  switch (stage_) {
    case Stage::head:
      return read_head();
    case Stage::sized_body:
    case Stage::body_until_end:
    case Stage::chunk_data:
      return pass_body();
    case Stage::chunk_size:
      return parse_chunk_size(
          take_line(max_chunk_line, "the answer's chunks are malformed: a size is too long"));
    case Stage::chunk_end:
      if (!take_line(max_chunk_line, "the answer's chunks are malformed: one is longer than its size")
               .empty()) {
        fail_not_http("the answer's chunks are malformed: one is longer than its size");
      }
      output_ = "\r\n";
      stage_ = Stage::chunk_size;
      return;
    case Stage::trailer:
      if (take_header_line().empty()) {
        output_ = "0\r\n\r\n";
        stage_ = Stage::done;
      }
      return;
    case Stage::done:
      return;
  }
}

void AnswerReader::read_head() {
  for (int interim = 0;; ++interim) {
    if (interim > max_interim_answers) {
      fail_not_http(fmt::format("more than {} interim (1xx) answers came", max_interim_answers));
    }
    await_http();
    const auto line = take_line(max_status_line, "the status line is longer than 8 KiB");
    head_bytes_ += line.size() + 2;
    head_ = parse_status_line(line);
    for (auto header = take_header_line(); !header.empty(); header = take_header_line()) {
      add_header_line(head_, header);
    }
    if (!head_.is_interim()) return start_body();
  }
}

/// Tells at the first wrong byte that this is not HTTP, rather than to wait for a line end that may never
/// come.
void AnswerReader::await_http() {
  constexpr std::string_view start = "HTTP/1.";
  while (true) {
    const auto got = std::string_view(input_).substr(input_at_);
    const auto count = std::min(got.size(), start.size());
    if (got.substr(0, count) != start.substr(0, count)) {
      const bool tls = got.starts_with("\x15\x03") || got.starts_with("\x16\x03");
      fail_not_http(fmt::format("the answer is not HTTP/1.1: it starts with {}{}", excerpt(got),
                                tls ? " (this looks like TLS: use https://)" : ""));
    }
    if (count == start.size()) return;
    fill();
  }
}

/// Hands the library a head that says no more than how the body ends.
void AnswerReader::start_body() {
  const auto framing = body_ == Body::never ? BodyFraming() : framing_of(head_.response);
  std::string header = "Content-Length: 0\r\n";
  switch (framing.kind) {
    case Framing::none:
      stage_ = Stage::done;
      break;
    case Framing::sized:
      if (framing.length > limits_.body_bytes) fail_too_long();
      header = fmt::format("Content-Length: {}\r\n", framing.length);
      left_ = length_ = framing.length;
      stage_ = length_ == 0 ? Stage::done : Stage::sized_body;
      break;
    case Framing::chunked:
      header = "Transfer-Encoding: chunked\r\n";
      stage_ = Stage::chunk_size;
      break;
    case Framing::until_end:
      header.clear();
      head_.ends_connection = true;
      stage_ = Stage::body_until_end;
      break;
  }
  output_ = fmt::format("HTTP/1.1 {} \r\n{}\r\n", head_.response.status, header);
}

void AnswerReader::fail_too_long() const {
  fail_not_http(fmt::format("the answer's body is longer than {}", size_text(limits_.body_bytes)));
}

void AnswerReader::parse_chunk_size(std::string_view line) {
  auto digits = line.substr(0, line.find(';'));
  digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
  const auto size = parse_number(digits, 16);
  if (!size) fail_not_http(fmt::format("the answer's chunks are malformed: {} is not a size", excerpt(line)));
  if (*size > limits_.body_bytes - body_bytes_) fail_too_long();
  left_ = *size;
  stage_ = left_ == 0 ? Stage::trailer : Stage::chunk_data;
  // The library ends at this line, so the last one waits until the trailer, which it can't read, is out of
  // the way.
  if (left_ > 0) output_ = fmt::format("{:x}\r\n", left_);
}

void AnswerReader::pass_body() {
  if (available() == 0 && !fill()) {
    stage_ = Stage::done;
    return;
  }
  const bool open_ended = stage_ == Stage::body_until_end;
  const std::size_t count = open_ended ? available() : std::min<std::uint64_t>(left_, available());
  output_.assign(input_, input_at_, count);
  input_at_ += count;
  body_bytes_ += count;
  if (body_bytes_ > limits_.body_bytes) fail_too_long();
  if (open_ended) return;
  left_ -= count;
  if (left_ == 0) stage_ = stage_ == Stage::sized_body ? Stage::done : Stage::chunk_end;
}

/// Takes the next line off the input, without its CRLF. The view holds until the next one is taken.
/// Without words for one that is too long, it is one of the headers.
std::string_view AnswerReader::take_line(std::size_t limit, std::string_view too_long) {
  std::size_t searched = 0;
  while (true) {
    const auto end = input_.find('\n', input_at_ + searched);
    const auto length = (end == std::string::npos ? input_.size() : end + 1) - input_at_;
    if (length > limit) {
      fail_not_http(!too_long.empty() ? std::string(too_long)
                                      : fmt::format("the answer's headers are longer than {}",
                                                    size_text(limits_.header_bytes)));
    }
    if (end != std::string::npos) {
      const auto line = std::string_view(input_).substr(input_at_, length);
      input_at_ += length;
      if (!line.ends_with("\r\n"))
        fail_not_http("a line of the answer ends with LF instead of CRLF: " + excerpt(line));
      return line.substr(0, length - 2);
    }
    searched = length;
    fill();
  }
}

std::string_view AnswerReader::take_header_line() {
  const auto left = limits_.header_bytes - std::min(limits_.header_bytes, head_bytes_);
  const auto line = take_line(left, {});
  head_bytes_ += line.size() + 2;
  return line;
}

/// Gets more input; false when the connection's end is the body's end.
bool AnswerReader::fill() {
  input_.erase(0, input_at_);
  input_at_ = 0;
  const auto old_size = input_.size();
  input_.resize(old_size + read_size);
  const auto result = source_(input_.data() + old_size, read_size);
  input_.resize(old_size + result.bytes);
  switch (result.kind) {
    case ReadResult::Kind::data:
      started_ = true;
      return true;
    case ReadResult::Kind::timed_out:
      if (!started_)
        throw Failure{Obstacle::timed_out, "no answer within " + human_duration(limits_.timeout)};
      throw Failure{Obstacle::timed_out, fmt::format("the answer was not complete within {} ({})",
                                                     human_duration(limits_.timeout), progress())};
    case ReadResult::Kind::end:
      if (stage_ == Stage::body_until_end) return false;
      break;
    case ReadResult::Kind::reset:
      break;
  }
  const auto ended = result.kind == ReadResult::Kind::reset ? "reset" : "closed";
  if (!started_)
    throw Failure{Obstacle::closed, fmt::format("the connection was {} without an answer", ended)};
  throw Failure{Obstacle::closed,
                fmt::format("the connection was {} before the answer was complete ({})", ended, progress())};
}

std::string AnswerReader::progress() const {
  if (stage_ == Stage::head) return fmt::format("{} bytes of its head", head_bytes_ + available());
  if (stage_ == Stage::sized_body) return fmt::format("{} of {} bytes", body_bytes_, length_);
  return fmt::format("{} bytes of its body", body_bytes_);
}

}  // namespace alohook
