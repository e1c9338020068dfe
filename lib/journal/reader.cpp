#include "journal/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/codec.h"
#include "base/error.h"
#include "json/json_string.h"
#include "json/json_text.h"

namespace alohook {
namespace {

using Index = JsonText::Index;

constexpr std::string_view event_start = R"({"schema":1,)";

std::optional<std::string> string_at(const JsonText& json, Index object, std::string_view key) {
  const auto value = json.member(object, key);
  if (!value || json.kind(*value) != JsonText::Kind::string) return std::nullopt;
  return unescape_json_string(json.raw(*value));
}

/// Returns the bytes under `key` or `<key>_base64`.
std::optional<std::string> bytes_at(const JsonText& json, Index object, const std::string& key) {
  if (auto text = string_at(json, object, key)) return text;
  const auto encoded = string_at(json, object, key + "_base64");
  return encoded ? base64_decode(*encoded) : std::nullopt;
}

/// Reads `["name","value"]` or `["name",{"base64":"…"}]`.
std::optional<Header> header_of(const JsonText& json, Index pair) {
  const auto parts = json.children(pair);
  if (json.kind(pair) != JsonText::Kind::array || parts.size() != 2 ||
      json.kind(parts[0]) != JsonText::Kind::string) {
    return std::nullopt;
  }
  Header header{unescape_json_string(json.raw(parts[0])), {}};
  if (json.kind(parts[1]) == JsonText::Kind::string) {
    header.value = unescape_json_string(json.raw(parts[1]));
    return header;
  }
  if (json.kind(parts[1]) != JsonText::Kind::object) return std::nullopt;
  const auto encoded = string_at(json, parts[1], "base64");
  auto value = encoded ? base64_decode(*encoded) : std::nullopt;
  if (!value) return std::nullopt;
  header.value = std::move(*value);
  return header;
}

std::optional<Headers> headers_of(const JsonText& json, std::optional<Index> list) {
  if (!list || json.kind(*list) != JsonText::Kind::array) return std::nullopt;
  Headers headers;
  for (Index pair = json.first_child(*list); pair != JsonText::none; pair = json.next_sibling(pair, *list)) {
    auto header = header_of(json, pair);
    if (!header) return std::nullopt;
    headers.push_back(std::move(*header));
  }
  return headers;
}

std::optional<Encoding> encoding_named(std::string_view name) {
  for (const Encoding encoding : {Encoding::v0, Encoding::hex, Encoding::base64}) {
    if (name_of(encoding) == name) return encoding;
  }
  return std::nullopt;
}

std::int64_t number_at(const JsonText& json, Index object, std::string_view key) {
  const auto value = json.member(object, key);
  std::int64_t number = 0;
  if (value && json.kind(*value) == JsonText::Kind::number) {
    const std::string_view text = json.raw(*value);
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

int status_at(const JsonText& json, Index object) {
  return static_cast<int>(std::clamp<std::int64_t>(number_at(json, object, "status"), 0, 999));
}

/// Reads milliseconds with a fraction.
std::chrono::microseconds duration_at(const JsonText& json, Index object, std::string_view key) {
  const auto value = json.member(object, key);
  double milliseconds = 0;
  if (value && json.kind(*value) == JsonText::Kind::number) {
    const std::string_view text = json.raw(*value);
    std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  }
  constexpr double longest = 1e12;
  return std::chrono::microseconds{static_cast<std::int64_t>(std::clamp(milliseconds, 0.0, longest) * 1000)};
}

std::optional<Index> object_at(const JsonText& json, Index object, std::string_view key) {
  const auto value = json.member(object, key);
  if (!value || json.kind(*value) != JsonText::Kind::object) return std::nullopt;
  return value;
}

template <typename Enum>
std::optional<Enum> named(std::string_view name, std::initializer_list<Enum> all) {
  for (const Enum one : all)
    if (name_of(one) == name) return one;
  return std::nullopt;
}

std::optional<Verdict> verdict_named(std::string_view name) {
  using enum Verdict;
  return named(name, {valid, invalid, stale, future, missing_signature, missing_timestamp,
                      malformed_signature, malformed_timestamp});
}

std::optional<SendError::Kind> kind_named(std::string_view name) {
  using enum SendError::Kind;
  return named(name, {unresolved, refused, timed_out, tls, closed, not_http, interrupted});
}

void read_signature(const JsonText& json, Index signature, RecordedEvent& event) {
  const auto verdict = string_at(json, signature, "verdict");
  event.verdict = verdict.value_or("");
  event.encoding = encoding_named(string_at(json, signature, "encoding").value_or(""));
  Verification& verification = event.verification;
  verification.verdict = verdict_named(event.verdict).value_or(Verdict::missing_signature);
  verification.encoding = event.encoding;
  if (const auto secret = number_at(json, signature, "secret"); secret > 0)
    verification.secret = static_cast<std::size_t>(secret);
  if (json.member(signature, "age_s")) verification.age_s = number_at(json, signature, "age_s");
  verification.detail = string_at(json, signature, "detail").value_or("");
  const auto causes = json.member(signature, "causes");
  if (!causes || json.kind(*causes) != JsonText::Kind::array) return;
  for (const Index cause : json.children(*causes)) {
    if (json.kind(cause) != JsonText::Kind::object) continue;
    event.causes.push_back({string_at(json, cause, "id").value_or(""),
                            string_at(json, cause, "text").value_or(""),
                            string_at(json, cause, "evidence").value_or(""),
                            {},
                            true});
  }
}

Forwarding read_forwarding(const JsonText& json, Index object) {
  Forwarding forward{.url = string_at(json, object, "url").value_or(""), .exchange = {}};
  Exchange& exchange = forward.exchange;
  exchange.elapsed = duration_at(json, object, "ms");
  if (json.member(object, "status")) {
    exchange.response = Response{status_at(json, object),
                                 {},
                                 headers_of(json, json.member(object, "headers")).value_or(Headers{}),
                                 bytes_at(json, object, "body").value_or("")};
    const auto size =
        static_cast<std::size_t>(std::max<std::int64_t>(number_at(json, object, "body_bytes"), 0));
    if (size > exchange.response->body.size()) forward.body_bytes = size;
  } else {
    exchange.error.kind =
        kind_named(string_at(json, object, "obstacle").value_or("")).value_or(SendError::Kind::closed);
    exchange.error.detail = string_at(json, object, "detail").value_or("");
  }
  return forward;
}

bool is_of_schema_1(const JsonText& json) {
  if (json.kind(JsonText::root) != JsonText::Kind::object) return false;
  const auto schema = json.member(JsonText::root, "schema");
  return schema && json.raw(*schema) == "1";
}

}  // namespace

std::optional<RecordedEvent> read_journal_line(std::string_view line) {
  // The deepest value to read is the Base64 of a header in a forwarding result: root, forward, list, pair, object.
  const auto json = JsonText::parse(line, {.record_depth = 5});
  if (!json || !is_of_schema_1(*json)) return std::nullopt;
  auto id = string_at(*json, JsonText::root, "id");
  auto method = string_at(*json, JsonText::root, "method");
  auto target = bytes_at(*json, JsonText::root, "target");
  auto body = bytes_at(*json, JsonText::root, "body");
  auto headers = headers_of(*json, json->member(JsonText::root, "headers"));
  const auto received = string_at(*json, JsonText::root, "received_at");
  const auto time = received ? parse_iso8601(*received) : std::nullopt;
  if (!id || id->empty() || !time || !method || !target || !headers || !body) return std::nullopt;
  RecordedEvent event{
      .id = std::move(*id),
      .received_at = *time,
      .request = {std::move(*method), std::move(*target), std::move(*headers), std::move(*body)},
      .type = string_at(*json, JsonText::root, "type"),
      .verdict = {},
      .encoding = {}};
  event.remote = string_at(*json, JsonText::root, "remote").value_or("");
  if (const auto signature = object_at(*json, JsonText::root, "signature"))
    read_signature(*json, *signature, event);
  if (const auto answer = object_at(*json, JsonText::root, "answer")) {
    event.status = status_at(*json, *answer);
    event.fault = string_at(*json, *answer, "fault").value_or("");
    event.took = duration_at(*json, *answer, "ms");
  }
  const auto is_true = [&json](std::string_view key) {
    const auto value = json->member(JsonText::root, key);
    return value && json->raw(*value) == "true";
  };
  event.is_withheld = is_true("forward_withheld");
  event.is_from_page = is_true("from_web_page");
  if (const auto forward = object_at(*json, JsonText::root, "forward"))
    event.forward = read_forwarding(*json, *forward);
  return event;
}

ReceivedEvent as_received(RecordedEvent event) {
  return {.id = std::move(event.id),
          .received_at = event.received_at,
          .remote = std::move(event.remote),
          .request = std::move(event.request),
          .type = std::move(event.type),
          .verification = std::move(event.verification),
          .causes = std::move(event.causes),
          .status = event.status,
          .fault = std::move(event.fault),
          .took = event.took,
          .forward = std::move(event.forward),
          .is_withheld = event.is_withheld,
          .is_from_page = event.is_from_page};
}

std::optional<RecordedEvent> read_last_event(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const int reason = errno;
  std::error_code ignored;
  const bool is_directory = std::filesystem::is_directory(path, ignored);
  if (!file || is_directory)
    throw Error(fmt::format("can't read '{}': {}", path,
                            std::generic_category().message(is_directory ? EISDIR : reason)));
  file.seekg(0, std::ios::end);
  auto start = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
  constexpr std::uint64_t step = 1 << 18;
  std::string text;  // the file from `start` on
  while (start > 0 && text.size() <= JournalReader::max_line) {
    const std::uint64_t count = std::min(std::max<std::uint64_t>(step, text.size()), start);
    start -= count;
    std::string chunk(count, '\0');
    file.seekg(static_cast<std::streamoff>(start));
    file.read(chunk.data(), static_cast<std::streamsize>(count));
    if (!file) return std::nullopt;
    text.insert(0, chunk);
    // The first line may be incomplete.
    const auto first = start == 0 ? 0 : text.find('\n');
    if (first == std::string::npos) continue;
    std::istringstream lines(text.substr(first));
    JournalReader reader(lines, [](std::uint64_t, JournalDamage) {});
    std::optional<RecordedEvent> last;
    while (auto event = reader.next()) last = std::move(event);
    if (last) return last;
  }
  return std::nullopt;
}

JournalReader::JournalReader(std::istream& in, DamageHandler on_damage, std::string read_before,
                             std::uint64_t end)
    : in_(in),
      on_damage_(std::move(on_damage)),
      input_(std::move(read_before)),
      bytes_read_(input_.size()),
      end_(end) {}

/// Takes whatever the stream has available, and blocks only if that is nothing, so that events from a pipe aren't
/// delayed.
bool JournalReader::fill() {
  if (bytes_read_ >= end_) return false;
  const auto most = static_cast<std::streamsize>(std::min<std::uint64_t>(64 * 1024, end_ - bytes_read_));
  auto* buffer = in_.rdbuf();
  if (std::istream::traits_type::eq_int_type(buffer->sgetc(), std::istream::traits_type::eof())) return false;
  const auto count = std::clamp<std::streamsize>(buffer->in_avail(), 1, most);
  input_.erase(0, input_at_);
  input_at_ = 0;
  const auto old_size = input_.size();
  input_.resize(old_size + static_cast<std::size_t>(count));
  const auto got = static_cast<std::size_t>(buffer->sgetn(input_.data() + old_size, count));
  input_.resize(old_size + got);
  bytes_read_ += got;
  return got > 0;
}

JournalReader::Line JournalReader::take_line() {
  std::size_t searched = 0;
  bool is_too_long = false;
  while (true) {
    const auto end = input_.find('\n', input_at_ + searched);
    if (end != std::string::npos) {
      line_ = std::string_view(input_).substr(input_at_, end - input_at_);
      input_at_ = end + 1;
      ++line_number_;
      return is_too_long || line_.size() > max_line ? Line::too_long : Line::whole;
    }
    searched = input_.size() - input_at_;
    if (searched > max_line) {
      is_too_long = true;
      input_at_ = input_.size();
      searched = 0;
    }
    if (fill()) continue;
    line_ = std::string_view(input_).substr(input_at_);
    input_at_ = input_.size();
    if (line_.empty() && !is_too_long) return Line::none;
    ++line_number_;
    return is_too_long ? Line::too_long : Line::unended;
  }
}

std::optional<RecordedEvent> JournalReader::read(Line kind) {
  if (kind == Line::too_long) {
    on_damage_(line_number_, JournalDamage::too_long);
    return std::nullopt;
  }
  if (line_.find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
  if (auto event = read_journal_line(line_)) return event;
  // A killed writer may have left an incomplete line, to which the next writer appended. JSON strings escape their
  // quotes, so this can't match inside a body.
  const auto appended = line_.rfind(event_start);
  auto event = appended == std::string_view::npos || appended == 0
                   ? std::nullopt
                   : read_journal_line(line_.substr(appended));
  const bool is_torn = kind == Line::unended || event;
  on_damage_(line_number_, is_torn ? JournalDamage::torn : JournalDamage::malformed);
  return event;
}

std::optional<RecordedEvent> JournalReader::next() {
  for (Line kind = take_line(); kind != Line::none; kind = take_line()) {
    if (auto event = read(kind)) return event;
  }
  return std::nullopt;
}

}  // namespace alohook
