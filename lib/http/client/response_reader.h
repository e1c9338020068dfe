#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "http/client/read_result.h"
#include "http/client/response_head.h"
#include "http/message.h"

namespace alohook {

struct ResponseLimits {
  std::size_t header_bytes = 64 * 1024;  ///< of all heads together, including interim responses and trailers
  std::size_t body_bytes = 16 * 1024 * 1024;
  std::chrono::milliseconds timeout{30'000};  ///< only for error messages; the source enforces it
};

/// Reads one response from a server that may be hostile. Checks head and framing as strictly as the server's own parser
/// checks requests. Every part has a limit.
class ResponseReader {
 public:
  /// Reads the next bytes from the connection.
  using Source = std::function<ReadResult(char* to, std::size_t size)>;
  enum class Body { expected, never };  ///< `never`: the response to HEAD

  ResponseReader(Source source, ResponseLimits limits, Body body);

  /// Reads the complete response, skipping interim ones (1xx). Throws SendError. Call it only once.
  Response read();

  /// Returns whether the connection can be used for another request. Valid after `read`.
  bool keeps_connection() const;

 private:
  void read_head();
  void await_http();
  void read_sized_body(std::uint64_t length);
  void read_chunked_body();
  void read_body_until_end();
  std::uint64_t read_chunk_size();
  void append_body(std::uint64_t count);
  std::string_view take_line(std::size_t limit, std::string_view too_long);
  std::string_view take_header_line();
  void fill();
  std::size_t pull(char* to, std::size_t size);
  [[noreturn]] void fail_too_long() const;
  std::string progress() const;
  std::size_t available() const { return input_.size() - input_at_; }

  Source source_;
  ResponseLimits limits_;
  Body body_;
  ResponseHead head_;
  bool has_started_ = false;  // a byte of the response has arrived
  bool is_in_body_ = false;
  bool ends_with_connection_ = false;  // the body ends with the connection
  std::size_t head_bytes_ = 0;
  std::uint64_t length_ = 0;  // of a sized body
  std::size_t filled_ = 0;    // bytes of the body received so far; the string may be longer
  std::string input_;         // read ahead
  std::size_t input_at_ = 0;
};

}  // namespace alohook
