#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace alohook {

/// How a language re-serializes a string from JSON.
struct JsonStrings {
  enum class Dialect { as_written, json, python, ruby, bare };
  enum class NonAscii { raw, lower_escapes, upper_escapes, dotnet };
  enum class LoneSurrogates { escaped, replaced, question_mark, impossible };

  Dialect dialect = Dialect::json;
  NonAscii non_ascii = NonAscii::raw;
  LoneSurrogates lone_surrogates = LoneSurrogates::escaped;
  std::string_view unsafe = {};          ///< ASCII characters written as `\u003c`
  bool escapes_slash = false;            ///< `\/`
  bool escapes_line_separators = false;  ///< U+2028 and U+2029 as `\u2028`
  bool escapes_delete = false;           ///< U+007F as `\u007f`
  bool short_b_and_f = true;             ///< `\b` and `\f`; Go before 1.22 writes `\u0008`
  bool upper_controls = false;           ///< `\u001F`, as Jackson
  bool upper_unsafe = false;             ///< `\u003C`, as PHP and .NET
  bool escapes_quote = false;            ///< `\u0022` instead of `\"`
  bool rejects_nul = false;              ///< can't contain U+0000, as in PostgreSQL
  bool escapes_next_line = false;        ///< U+0085 as `\u0085`
};

class JsonStringWriter {
 public:
  explicit JsonStringWriter(const JsonStrings& rule);

  /// Appends the JSON string `raw` (with its quotes). Returns false if the language can't write it.
  bool append(std::string& out, std::string_view raw) const;

 private:
  JsonStrings rule_;
  std::array<bool, 256> plain_{};  // bytes that this JSON dialect doesn't escape in strings
};

/// Returns the character at `at` inside a JSON string, and advances past it. Resolves escapes. A lone surrogate is
/// returned as is.
char32_t next_json_character(std::string_view raw, std::size_t& at);

}  // namespace alohook
