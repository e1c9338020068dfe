#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "http/client/failure.h"
#include "http/client/response_head.h"
#include "http/message.h"

namespace alohook {

struct AnswerLimits {
  std::size_t header_bytes = 64 * 1024;  ///< of all heads together, also the interim ones
  std::size_t body_bytes = 16 * 1024 * 1024;
  std::chrono::milliseconds timeout{30'000};  ///< for the words of a time-out; the source keeps the time
};

/// Stands between a hostile server and the HTTP library: reads an answer's bytes, checks head and framing
/// strictly, keeps the head as it was, and passes on an equivalent answer that has one plain head and plain
/// framing.
class AnswerReader {
 public:
  /// Gives the next bytes from the wire.
  using Source = std::function<ReadResult(char* to, std::size_t size)>;
  enum class Body { expected, never };  ///< `never`: the answer to HEAD

  AnswerReader(Source source, AnswerLimits limits, Body body);

  /// Gives the next bytes of the checked answer, 0 after the last. Throws Failure.
  std::size_t read(char* to, std::size_t size);

  /// Whether a byte of an answer came.
  bool started() const { return started_; }
  /// Whether the answer came to its end.
  bool complete() const { return stage_ == Stage::done; }
  /// Whether another request may follow on the connection.
  bool keeps_connection() const;
  /// Status, reason and headers as they came; the body is left empty.
  const Response& head() const { return head_.response; }

 private:
  enum class Stage { head, sized_body, body_until_end, chunk_size, chunk_data, chunk_end, trailer, done };

  void advance();
  void read_head();
  void await_http();
  void start_body();
  [[noreturn]] void fail_too_long() const;
  void parse_chunk_size(std::string_view line);
  void pass_body();
  std::string_view take_line(std::size_t limit, std::string_view too_long);
  std::string_view take_header_line();
  bool fill();
  std::string progress() const;
  std::size_t available() const { return input_.size() - input_at_; }

  Source source_;
  AnswerLimits limits_;
  Body body_;
  Stage stage_ = Stage::head;
  AnswerHead head_;
  bool started_ = false;
  std::size_t head_bytes_ = 0;
  std::uint64_t length_ = 0;  // of the sized body
  std::uint64_t left_ = 0;    // of the sized body or the chunk
  std::uint64_t body_bytes_ = 0;
  std::string input_;  // from the wire
  std::size_t input_at_ = 0;
  std::string output_;  // for the library
  std::size_t output_at_ = 0;
};

}  // namespace alohook
