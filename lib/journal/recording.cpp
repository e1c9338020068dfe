#include "journal/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/visible.h"
#include "events/event_type.h"
#include "journal/har.h"

namespace alohook {
namespace {

constexpr std::size_t shortest_id = 4;
constexpr std::size_t max_noted = 10;  // maximum number of unreadable events to report

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

enum class Content {
  lines,   ///< a journal as written by alohook
  values,  ///< a journal as an array, or with events that span several lines
  har,
};

/// Reads from the stream until its format is clear. HAR is an object whose first key is `log`.
Content recognize(std::istream& in, std::string& taken) {
  constexpr std::string_view har_start = R"({"log")";
  std::string text;  // without whitespace and the byte order mark
  bool has_line_break = false;
  while (text.size() < har_start.size()) {
    const int c = in.get();
    if (c == std::istream::traits_type::eof()) return Content::lines;
    taken += static_cast<char>(c);
    if (taken.size() <= byte_order_mark.size() && byte_order_mark.starts_with(taken)) continue;
    has_line_break = has_line_break || (c == '\n' && !text.empty());
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    text += static_cast<char>(c);
    if (text == "[") return Content::values;
    if (!har_start.starts_with(text)) return has_line_break ? Content::values : Content::lines;
  }
  return Content::har;
}

/// Returns how many bytes the stream has left; nullopt if that is unknown, as for a pipe.
std::optional<std::uint64_t> bytes_left(std::istream& in) {
  const std::istream::pos_type here = in.tellg();
  if (here == std::istream::pos_type(-1)) {
    in.clear();
    return std::nullopt;
  }
  in.seekg(0, std::ios::end);
  const std::istream::pos_type end = in.tellg();
  in.clear();
  in.seekg(here);
  if (end == std::istream::pos_type(-1) || end < here) return std::nullopt;
  return static_cast<std::uint64_t>(end - here);
}

/// Reads the rest of the stream, but no more than `limit` bytes.
std::string rest_of(std::istream& in, std::optional<std::uint64_t> limit) {
  if (!limit) return {std::istreambuf_iterator<char>(in), {}};
  std::string text(static_cast<std::size_t>(*limit), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

/// Returns the outermost objects in a sequence or array of JSON texts, ignoring everything between them. The last one
/// may be truncated.
std::vector<std::string_view> objects_in(std::string_view text) {
  std::vector<std::string_view> objects;
  std::size_t begin = 0, depth = 0;
  bool is_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_string) {
      if (c == '\\') ++i;
      is_string = c != '"';
    } else if (c == '"') {
      is_string = true;
    } else if (c == '{' && depth++ == 0) {
      begin = i;
    } else if (c == '}' && depth > 0 && --depth == 0) {
      objects.push_back(text.substr(begin, i + 1 - begin));
    }
  }
  if (depth > 0) objects.push_back(text.substr(begin));
  return objects;
}

RecordedEvent as_event(CapturedRequest captured) {
  Request& request = captured.request;
  // HTTP/2 captures replace the request line with pseudo-headers such as `:path`, which aren't headers in HTTP/1.1.
  std::erase_if(request.headers, [](const Header& header) { return header.name.starts_with(':'); });
  RecordedEvent event;
  event.received_at = captured.at.value_or(Time{});
  event.type = event_type_of(request.body);
  if (const auto signature = header_value(request.headers, signature_header)) {
    if (const auto mac = parse_mac(*signature)) event.encoding = mac->encoding;
  }
  event.request = std::move(request);
  return event;
}

}  // namespace

void Recording::open(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw Error(fmt::format("can't read '{}': {}", path, std::generic_category().message(EISDIR)));
  errno = 0;
  file_.open(path, std::ios::binary);
  if (!file_) throw Error(fmt::format("can't read '{}': {}", path, std::generic_category().message(errno)));
}

Recording::Recording(const std::string& path, std::istream& standard_input, Note note)
    : path_(path == "-" ? "standard input" : path),
      note_(std::move(note)),
      in_(path == "-" ? standard_input : file_) {
  if (path != "-") open(path);
  size_ = bytes_left(in_);
  std::string taken;
  const Content content = recognize(in_, taken);
  if (taken.starts_with('\xFF') || taken.starts_with('\xFE')) {  // UTF-8 can't start with these bytes
    throw Error(fmt::format("'{}' is UTF-16, not UTF-8", path_),
                "PowerShell's > writes that; use --record, or Out-File -Encoding utf8");
  }
  if (size_) size_ = std::max<std::uint64_t>(*size_, taken.size());
  const auto limit = size_ ? std::optional(*size_ - taken.size()) : std::nullopt;
  if (content != Content::lines) taken += rest_of(in_, limit);
  if (content == Content::har) take_har(taken);
  if (content == Content::values) take_values(taken);
  if (content != Content::lines) return;
  // Some editors add a byte order mark.
  const std::size_t mark = taken.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  if (size_) *size_ -= mark;
  const auto on_damage = [this](std::uint64_t line, JournalDamage damage) {
    note_damage("line", line, damage);
  };
  journal_.emplace(in_, on_damage, taken.substr(mark), size_.value_or(JournalReader::no_end));
}

void Recording::take_har(const std::string& text) {
  std::size_t others = 0, number = 0;
  for (CapturedRequest& captured : read_har(text)) {
    ++number;
    if (captured.request.method != "POST") {
      ++others;
    } else if (captured.gap.empty()) {
      events_.push_back(as_event(std::move(captured)));
    } else if (++incomplete_ <= max_noted) {
      note_(
          fmt::format("note: request {} of '{}' skipped: {}", number, visible(path_), visible(captured.gap)));
    }
  }
  if (incomplete_ > max_noted)
    note_(fmt::format("note: {} more skipped for the same reason", incomplete_ - max_noted));
  if (others > 0) {
    note_(fmt::format("note: {} request{} of '{}' skipped: not POST", others, others == 1 ? "" : "s",
                      visible(path_)));
  }
}

void Recording::take_values(std::string_view text) {
  std::uint64_t number = 0;
  for (const std::string_view object : objects_in(text)) {
    ++number;
    if (auto event = read_journal_line(object)) {
      events_.push_back(std::move(*event));
    } else {
      note_damage("event", number, object.ends_with('}') ? JournalDamage::malformed : JournalDamage::torn);
    }
  }
}

std::optional<RecordedEvent> Recording::next() {
  std::optional<RecordedEvent> event;
  if (journal_) {
    event = journal_->next();
  } else if (next_ < events_.size()) {
    event = std::move(events_[next_++]);
  }
  if (event) has_events_ = true;
  if (has_events_ || has_torn_) {
    for (const std::string& text : std::exchange(held_notes_, {})) note_(text);
  }
  if (!event && !has_events_ && damaged_ > 0) {
    throw Error(fmt::format("'{}' is neither a journal nor HAR", path_),
                "a journal is what alohook listen --record writes: one event a line");
  }
  return event;
}

std::optional<double> Recording::progress() const {
  if (!journal_) {
    return events_.empty() ? 1.0 : static_cast<double>(next_) / static_cast<double>(events_.size());
  }
  if (!size_) return std::nullopt;
  return *size_ == 0 ? 1.0 : static_cast<double>(journal_->bytes_read()) / static_cast<double>(*size_);
}

void Recording::note_damage(std::string_view unit, std::uint64_t number, JournalDamage damage) {
  if (++damaged_ > max_noted) return;
  const std::string_view what = damage == JournalDamage::torn       ? "is truncated"
                                : damage == JournalDamage::too_long ? "is too long"
                                                                    : "is not an event of a journal";
  std::string text = fmt::format("note: {} {} of '{}' {}, skipped{}", unit, number, visible(path_), what,
                                 damaged_ == max_noted ? "; further ones are not reported" : "");
  // A file without a single event, not even a part of one, is another file, and one error says so.
  has_torn_ = has_torn_ || damage != JournalDamage::malformed;
  if (has_events_) return note_(text);
  held_notes_.push_back(std::move(text));
}

std::deque<RecordedEvent> find_events(const std::vector<std::string>& ids, Recording& recording) {
  for (const std::string& id : ids) {
    if (id.size() >= shortest_id) continue;
    throw Error(fmt::format("the id '{}' is too short", id),
                fmt::format("give at least {} characters of it", shortest_id));
  }
  std::vector<std::string> found(ids.size());
  std::deque<RecordedEvent> events;
  while (auto event = recording.next()) {
    bool is_wanted = false;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!event->id.starts_with(ids[i])) continue;
      if (!found[i].empty() && found[i] != event->id) {
        throw Error(fmt::format("the id '{}' fits several events: {} and {}", ids[i], found[i], event->id),
                    "give more of it");
      }
      found[i] = event->id;
      is_wanted = true;
    }
    if (is_wanted) events.push_back(std::move(*event));
  }
  const auto missing = std::find(found.begin(), found.end(), "");
  if (missing != found.end()) {
    const std::string& id = ids[static_cast<std::size_t>(missing - found.begin())];
    throw Error(fmt::format("there is no event '{}' in '{}'", id, recording.name()),
                "list the ids: alohook events");
  }
  return events;
}

}  // namespace alohook
