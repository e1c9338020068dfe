#include "events/fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "embedded/fixtures.h"
#include "events/event_type.h"
#include "json/json_text.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;

struct Note {
  std::string_view name, documented, invented;
};

// fixtures/README.md has the details.
constexpr std::string_view only_type = "`type`; ALO marks the rest of the payload TBD";
constexpr Note notes[] = {
    {"webhook_url_verification", "all of it: this is the body that ALO prints", "nothing"},
    {"webhook_url_validation", "the type's name, in ALO's table of types",
     "that a body carries this name; ALO prints the body with `webhook_url_verification`"},
    {"action_created", only_type, "everything but `type`, in the style of ALO's REST API"},
    {"action_updated", only_type,
     "everything but `type`, in the style of ALO's REST API; the list of changes too"},
    {"action_status_updated", "`type`, as ALO's table of types spells it, and the statuses' names",
     "everything but `type`, in the style of ALO's REST API"},
    {"action_status_changed",
     "`type`, as the heading of ALO's payload section spells it, and the statuses' names",
     "everything but `type`, in the style of ALO's REST API"},
    {"action_assignment_changed", only_type, "everything but `type`, in the style of ALO's REST API"},
    {"action_message_added", only_type, "everything but `type`; the message has the fields of ALO's SDK"},
};

Fixture make_fixture(const embedded::File& file) {
  std::string_view name = file.name;
  name.remove_suffix(std::string_view(".json").size());
  Fixture fixture{std::string(name), std::string(file.bytes)};
  const auto* note =
      std::find_if(std::begin(notes), std::end(notes), [&](const Note& n) { return n.name == name; });
  if (note != std::end(notes)) {
    fixture.documented = note->documented;
    fixture.invented = note->invented;
  }
  return fixture;
}

/// Returns the place of a fixture in the order of ALO's table, the second spelling after the first.
std::size_t rank(const Fixture& fixture) {
  const EventType* type = find_event_type(fixture.name);
  if (type == nullptr) return 2 * event_types().size();
  return 2 * static_cast<std::size_t>(type - event_types().data()) + (fixture.name == type->alias ? 1 : 0);
}

bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_upper_hex(char c) { return c >= 'A' && c <= 'F'; }

constexpr std::size_t uuid_size = 36;

bool is_uuid(std::string_view text) {
  if (text.size() != uuid_size) return false;
  for (std::size_t i = 0; i < uuid_size; ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_lower_hex(text[i]) && !is_upper_hex(text[i])) return false;
  }
  return true;
}

/// Returns the time that a string in the document stands for, in milliseconds since 1970.
std::optional<milliseconds> time_in(std::string_view text) {
  // Of 13-digit strings only those between 2001 and 2033: article numbers rarely start with 1.
  if (text.size() == 13 && text[0] == '1' && std::all_of(text.begin(), text.end(), is_digit)) {
    return milliseconds{std::stoll(std::string(text))};
  }
  const auto time = parse_iso8601(text);
  if (!time) return std::nullopt;
  return std::chrono::floor<milliseconds>(time->time_since_epoch());
}

/// Writes `time` in the form and length of `old`; digits past milliseconds are kept. Returns `old` when it doesn't fit.
std::string written_like(std::string_view old, milliseconds time) {
  constexpr milliseconds year_zero{-62'167'219'200'000};
  if (is_digit(old.back())) {
    std::string digits = fmt::format("{:013}", time.count());
    return digits.size() == old.size() && time.count() >= 0 ? digits : std::string(old);
  }
  if (time < year_zero) return std::string(old);
  constexpr std::size_t to_milliseconds = 23;  // 2024-07-18T18:30:00.000
  std::string text = iso8601(Time{time}).substr(0, std::min(old.size() - 1, to_milliseconds));
  return text += old.substr(text.size());
}

/// Finds the ids and times of one body.
class PartFinder {
 public:
  PartFinder(std::string_view body, const JsonText& json) : body_(body), json_(json) {}

  std::vector<FreshPart> run() {
    walk(JsonText::root, {});
    if (times_.empty()) return std::move(parts_);
    const auto by_time = [](const auto& a, const auto& b) { return a.second < b.second; };
    const milliseconds latest = std::max_element(times_.begin(), times_.end(), by_time)->second;
    for (const auto& [text, time] : times_) add(FreshPart::Kind::time, text, latest - time);
    return std::move(parts_);
  }

 private:
  // The nesting is limited by JsonText, so the recursion is too.
  void walk(JsonText::Index value, std::string_view key) {
    const std::string_view raw = json_.raw(value);
    if (json_.kind(value) == JsonText::Kind::string) {
      find_uuids(raw);
      const std::string_view inner = raw.substr(1, raw.size() - 2);
      if (const auto time = time_in(inner)) times_.emplace_back(inner, *time);
    } else if (json_.kind(value) == JsonText::Kind::number && (key == "id" || key.ends_with("Id"))) {
      // Zero means "none" more often than it is an id.
      if (raw != "0" && std::all_of(raw.begin(), raw.end(), is_digit)) add(FreshPart::Kind::number, raw);
    }
    for (auto child = json_.first_child(value); child != JsonText::none;
         child = json_.next_sibling(child, value)) {
      const std::string_view raw_key = json_.raw_key(child);
      if (!raw_key.empty()) find_uuids(raw_key);
      walk(child, raw_key.empty() ? raw_key : raw_key.substr(1, raw_key.size() - 2));
    }
  }

  void find_uuids(std::string_view raw) {
    bool at_start_of_word = true;
    for (std::size_t i = 0; i < raw.size();) {
      const std::string_view candidate = raw.substr(i, uuid_size);
      const char after = i + uuid_size < raw.size() ? raw[i + uuid_size] : '"';
      if (at_start_of_word && is_uuid(candidate) && !is_alphanumeric(after)) {
        add(FreshPart::Kind::uuid, candidate);
        i += uuid_size;
        continue;
      }
      // An escape is one character; its letters aren't part of the word after it.
      const std::size_t length = raw[i] != '\\' ? 1 : raw[i + 1] == 'u' ? 6 : 2;
      at_start_of_word = length > 1 || !is_alphanumeric(raw[i]);
      i += length;
    }
  }

  void add(FreshPart::Kind kind, std::string_view text, milliseconds before_latest = {}) {
    const auto offset = static_cast<std::size_t>(text.data() - body_.data());
    parts_.push_back({.kind = kind, .offset = offset, .length = text.size(), .before_latest = before_latest});
  }

  std::string_view body_;
  const JsonText& json_;
  std::vector<FreshPart> parts_;
  std::vector<std::pair<std::string_view, milliseconds>> times_;
};

/// Makes the fresh ids of one body: equal ones stay equal.
class FreshIds {
 public:
  explicit FreshIds(const RandomBits& random) : random_(random) {}

  std::string uuid(std::string_view old) {
    std::string key(old);
    const bool is_upper = std::any_of(old.begin(), old.end(), is_upper_hex);
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return is_upper_hex(c) ? static_cast<char>(c - 'A' + 'a') : c; });
    const auto [known, is_new] = uuids_.try_emplace(key);
    if (is_new) known->second = make_uuid(random_);
    std::string fresh = known->second;
    if (is_upper) {
      std::transform(fresh.begin(), fresh.end(), fresh.begin(),
                     [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    }
    return fresh;
  }

  std::string number(std::string_view old) {
    const auto [known, is_new] = numbers_.try_emplace(std::string(old));
    if (is_new) known->second = fresh_number(old);
    return known->second;
  }

 private:
  std::string fresh_number(std::string_view old) {
    std::string digits(old.size(), '0');
    for (std::size_t i = 0; i < digits.size(); ++i) {
      digits[i] = i == 0 ? static_cast<char>('1' + random_() % 9) : static_cast<char>('0' + random_() % 10);
    }
    // There are at least as many numbers of this length as ids, so one is free; its old one is the last choice.
    const std::string first = digits;
    while (digits == old || used_numbers_.contains(digits)) {
      count_up(digits);
      if (digits == first) {
        digits = old;
        break;
      }
    }
    used_numbers_.insert(digits);
    return digits;
  }

  /// Adds one; 999 wraps around to 100.
  static void count_up(std::string& digits) {
    for (std::size_t i = digits.size(); i-- > 0;) {
      if (digits[i] != '9') {
        ++digits[i];
        return;
      }
      digits[i] = i == 0 ? '1' : '0';
    }
  }

  const RandomBits& random_;
  std::map<std::string, std::string> uuids_;
  std::map<std::string, std::string> numbers_;
  std::set<std::string> used_numbers_;
};

}  // namespace

const std::vector<Fixture>& built_in_fixtures() {
  static const std::vector<Fixture> fixtures = [] {
    std::vector<Fixture> list;
    for (const embedded::File& file : embedded::fixtures()) list.push_back(make_fixture(file));
    std::stable_sort(list.begin(), list.end(),
                     [](const Fixture& a, const Fixture& b) { return rank(a) < rank(b); });
    return list;
  }();
  return fixtures;
}

std::vector<FreshPart> fresh_parts(std::string_view body) {
  const auto json = JsonText::parse(body);
  return json ? PartFinder(body, *json).run() : std::vector<FreshPart>();
}

void follow_change(std::vector<FreshPart>& parts, const Splice& change) {
  std::erase_if(parts, [&](const FreshPart& part) {
    return part.offset < change.end && part.offset + part.length > change.begin;
  });
  for (FreshPart& part : parts) {
    if (part.offset >= change.end)
      part.offset = part.offset - (change.end - change.begin) + change.text.size();
  }
}

std::string refresh(std::string_view body, Time now, const RandomBits& random) {
  const milliseconds latest = std::chrono::floor<milliseconds>(now.time_since_epoch());
  std::string out(body);
  FreshIds ids(random);
  for (const FreshPart& part : fresh_parts(body)) {
    const std::string_view old = body.substr(part.offset, part.length);
    out.replace(part.offset, part.length,
                part.kind == FreshPart::Kind::uuid     ? ids.uuid(old)
                : part.kind == FreshPart::Kind::number ? ids.number(old)
                                                       : written_like(old, latest - part.before_latest));
  }
  return out;
}

}  // namespace alohook
