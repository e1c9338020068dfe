#include "journal/reader.h"

#include <algorithm>
#include <utility>

#include "base/codec.h"
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

/// The bytes under `key`, or under `<key>_base64`.
std::optional<std::string> bytes_at(const JsonText& json, Index object, const std::string& key) {
  if (auto text = string_at(json, object, key)) return text;
  const auto encoded = string_at(json, object, key + "_base64");
  return encoded ? base64_decode(*encoded) : std::nullopt;
}

/// `["name","value"]` or `["name",{"base64":"…"}]`.
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

bool is_of_schema_1(const JsonText& json) {
  if (json.kind(JsonText::root) != JsonText::Kind::object) return false;
  const auto schema = json.member(JsonText::root, "schema");
  return schema && json.raw(*schema) == "1";
}

}  // namespace

std::optional<RecordedEvent> read_journal_line(std::string_view line) {
  // A header's base64 is the deepest that is read: root, list, pair, object.
  const auto json = JsonText::parse(line, {.record_depth = 4});
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
  const auto signature = json->member(JsonText::root, "signature");
  if (signature && json->kind(*signature) == JsonText::Kind::object) {
    event.verdict = string_at(*json, *signature, "verdict").value_or("");
    event.encoding = encoding_named(string_at(*json, *signature, "encoding").value_or(""));
  }
  return event;
}

JournalReader::JournalReader(std::istream& in, DamageHandler on_damage, std::string read_before,
                             std::uint64_t end)
    : in_(in),
      on_damage_(std::move(on_damage)),
      input_(std::move(read_before)),
      bytes_read_(input_.size()),
      end_(end) {}

/// Takes what the stream has at hand; it blocks only when that is nothing, so that a pipe's events are not held back.
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
  // A writer that was killed may have left a line without its end, to which the next one appended. In JSON strings the
  // quotes are escaped, so this is no body's text.
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
