#include "signing/masking.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "signing/signature.h"

namespace alohook {
namespace {

constexpr std::size_t shortest_needle = 8;
constexpr std::size_t shortest_mac = 43;  // in Base64 without padding
constexpr std::string_view mask = "•••";

/// Base64's two alphabets as one.
char standard_base64(char c) { return c == '-' ? '+' : c == '_' ? '/' : c; }

/// A byte, and how many characters stand for it.
struct Unescaped {
  char byte;
  std::size_t length;
};

std::optional<Unescaped> numbered(std::string_view text, std::size_t at, std::size_t digits, int base) {
  unsigned value = 0;
  const auto word = text.substr(std::min(at, text.size()), digits);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  const auto length = static_cast<std::size_t>(end - word.data());
  if (error != std::errc{} || length == 0 || value > 0xFF) return std::nullopt;
  return Unescaped{static_cast<char>(value), at + length};
}

/// `%2F`, `+`.
std::optional<Unescaped> of_url(std::string_view text) {
  if (text.starts_with('+')) return Unescaped{' ', 1};
  const auto byte = text.starts_with('%') ? numbered(text, 1, 2, 16) : std::nullopt;
  return byte && byte->length == 3 ? byte : std::nullopt;
}

/// `\/`, `\n`, `\u002f`, `\x2f`.
std::optional<Unescaped> of_string(std::string_view text) {
  if (!text.starts_with('\\') || text.size() < 2) return std::nullopt;
  const char kind = text[1];
  if (kind == 'u' || kind == 'x') {
    const std::size_t digits = kind == 'u' ? 4 : 2;
    const auto byte = numbered(text, 2, digits, 16);
    return byte && byte->length == 2 + digits ? byte : std::nullopt;
  }
  constexpr std::string_view letters = "nrtbf", meanings = "\n\r\t\b\f";
  const auto letter = letters.find(kind);
  return Unescaped{letter == std::string_view::npos ? kind : meanings[letter], 2};
}

/// `&amp;`, `&#38;`, `&#x26;`.
std::optional<Unescaped> of_html(std::string_view text) {
  constexpr std::pair<std::string_view, char> names[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  for (const auto& [name, byte] : names) {
    if (text.starts_with(name)) return Unescaped{byte, name.size()};
  }
  if (!text.starts_with("&#")) return std::nullopt;
  const bool is_hex = text.size() > 2 && lower_case(text[2]) == 'x';
  auto byte = is_hex ? numbered(text, 3, 8, 16) : numbered(text, 2, 8, 10);
  if (!byte || byte->length >= text.size() || text[byte->length] != ';') return std::nullopt;
  ++byte->length;
  return byte;
}

/// What an escaped byte can start with.
constexpr std::string_view escape_starts = "%+\\&";

std::optional<Unescaped> unescape(std::string_view text) {
  switch (text.empty() ? '\0' : text.front()) {
    case '%':
    case '+':
      return of_url(text);
    case '\\':
      return of_string(text);
    case '&':
      return of_html(text);
    default:
      return std::nullopt;
  }
}

/// Returns how much of `text` is `bytes`, any of them escaped; 0 when it does not start with them.
std::size_t match_escaped(std::string_view bytes, std::string_view text) {
  if (text.starts_with(bytes)) return bytes.size();
  std::size_t at = 0;
  for (const char byte : bytes) {
    const auto escaped = unescape(text.substr(at));
    if (escaped && escaped->byte == byte) {
      at += escaped->length;
    } else if (at < text.size() && text[at] == byte) {
      ++at;
    } else {
      return 0;
    }
  }
  return at;
}

/// The same for hex in either case, its bytes side by side or one separator apart.
std::size_t match_hex(std::string_view hex, std::string_view text) {
  constexpr std::string_view separators = ": -";
  std::size_t at = 0;
  for (std::size_t i = 0; i < hex.size(); ++i, ++at) {
    const bool may_part = i > 0 && i % 2 == 0 && at < text.size();
    if (may_part && separators.find(text[at]) != std::string_view::npos) ++at;
    if (at >= text.size() || lower_case(text[at]) != hex[i]) return 0;
  }
  return at;
}

std::size_t match_base64(std::string_view base64, std::string_view text) {
  if (text.size() < base64.size()) return 0;
  for (std::size_t i = 0; i < base64.size(); ++i) {
    if (standard_base64(text[i]) != base64[i]) return 0;
  }
  std::size_t at = base64.size();
  while (at < text.size() && text[at] == '=' && at < base64.size() + 2) ++at;
  return at;
}

/// Returns what Base64 surely holds of bytes that follow `offset` others: the characters that no neighbor changes.
std::string sure_base64(std::string_view bytes, std::size_t offset) {
  const std::string text = base64_encode(std::string(offset, '\0') + std::string(bytes));
  const std::size_t begin = (offset * 8 + 5) / 6;
  const std::size_t end = (offset + bytes.size()) * 8 / 6;
  return begin < end ? text.substr(begin, end - begin) : "";
}

/// Computing a MAC is worth it only where there is something as long as one.
bool may_hold_mac(std::string_view text) {
  if (text.size() < shortest_mac) return false;
  std::size_t length = 0;
  for (const char c : text) {
    const bool is_part = is_alphanumeric(c) || std::string_view("+/-_: ").find(c) != std::string_view::npos;
    length = is_part ? length + 1 : 0;
    if (length >= shortest_mac) return true;
  }
  return false;
}

bool may_hold_mac(const Response& response) {
  return may_hold_mac(response.reason) || may_hold_mac(response.body) ||
         std::ranges::any_of(response.headers,
                             [](const Header& header) { return may_hold_mac(header.value); });
}

}  // namespace

void Masking::Needles::add(Needle::Form form, std::string text) {
  if (text.size() < shortest_needle) return;
  shortest_ = std::min(shortest_, text.size());
  const auto begin_with = [this](char c) { first_.set(static_cast<unsigned char>(c)); };
  begin_with(text.front());
  switch (form) {
    case Needle::Form::escaped:
      for (const char c : escape_starts) begin_with(c);
      break;
    case Needle::Form::hex:
      begin_with(upper_case(text.front()));
      break;
    case Needle::Form::base64:
      if (text.front() == standard_base64('-')) begin_with('-');
      if (text.front() == standard_base64('_')) begin_with('_');
      break;
  }
  needles_.push_back({form, std::move(text)});
}

void Masking::Needles::add_encoded(std::string_view bytes) {
  std::string base64 = base64_encode(bytes);
  base64.resize(base64.find_last_not_of('=') + 1);
  add(Needle::Form::hex, hex_encode(bytes));
  add(Needle::Form::base64, std::move(base64));
  add(Needle::Form::base64, sure_base64(bytes, 0));
}

/// Returns how much of the beginning of `text` is to be hidden.
std::size_t Masking::Needles::match(std::string_view text) const {
  std::size_t length = 0;
  for (const Needle& needle : needles_) {
    switch (needle.form) {
      case Needle::Form::escaped:
        length = std::max(length, match_escaped(needle.text, text));
        break;
      case Needle::Form::hex:
        length = std::max(length, match_hex(needle.text, text));
        break;
      case Needle::Form::base64:
        length = std::max(length, match_base64(needle.text, text));
        break;
    }
  }
  return length;
}

void Masking::Needles::replace_in(std::string& text) const {
  std::string out;
  std::size_t kept = 0;
  // No form of a needle is shorter than the needle itself.
  for (std::size_t at = 0; text.size() - at >= shortest_;) {
    const bool may_match = first_[static_cast<unsigned char>(text[at])];
    const std::size_t length = may_match ? match(std::string_view(text).substr(at)) : 0;
    if (length == 0) {
      ++at;
      continue;
    }
    out.append(text, kept, at - kept).append(mask);
    at += length;
    kept = at;
  }
  if (kept > 0) text = std::move(out.append(text, kept));
}

Masking::Masking(const Secrets& secrets) : secrets_(secrets) {
  for (const Secret& secret : secrets_) {
    needles_.add(Needle::Form::escaped, std::string(secret.bytes()));
    needles_.add_encoded(secret.bytes());
    for (const std::size_t offset : {1, 2}) {
      needles_.add(Needle::Form::base64, sure_base64(secret.bytes(), offset));
    }
  }
}

template <typename Use>
void Masking::with_needles(const Request& request, bool may_hold_mac, Use use) const {
  if (!may_hold_mac) return use(needles_);
  Needles needles = needles_;
  for (const Secret& secret : secrets_) {
    for (const std::string_view timestamp : header_values(request.headers, timestamp_header)) {
      const Sha256 digest = mac(secret, timestamp, request.body);
      needles.add_encoded(bytes_of(digest));
    }
  }
  use(needles);
}

std::string Masking::masked(std::string_view text) const {
  std::string out(text);
  needles_.replace_in(out);
  return out;
}

Response Masking::masked(Response response, const Request& request) const {
  with_needles(request, may_hold_mac(response), [&response](const Needles& needles) {
    needles.replace_in(response.reason);
    for (Header& header : response.headers) {
      needles.replace_in(header.name);
      needles.replace_in(header.value);
    }
    needles.replace_in(response.body);
  });
  return response;
}

Exchange Masking::masked(Exchange exchange, const Request& request) const {
  if (exchange.response) exchange.response = masked(std::move(*exchange.response), request);
  std::string& detail = exchange.error.detail;
  with_needles(request, may_hold_mac(detail),
               [&detail](const Needles& needles) { needles.replace_in(detail); });
  return exchange;
}

Transport masked(Transport transport, std::shared_ptr<const Masking> masking) {
  return [transport = std::move(transport), masking = std::move(masking)](const Request& request) {
    return masking->masked(transport(request), request);
  };
}

}  // namespace alohook
