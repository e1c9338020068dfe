#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// How a language re-serializes a number from JSON.
enum class JsonNumbers {
  as_written,
  python,
  javascript,
  php,
  php_fraction,  ///< with JSON_PRESERVE_ZERO_FRACTION
  go,
  ruby,
  java,
  java_doubles,  ///< every number as a double, as in Gson's maps
  newtonsoft,    ///< Json.NET: integers are unchanged, and fractions are never lost
  dotnet,        ///< a .NET double, as System.Text.Json writes a typed property
  serde,         ///< Rust's serde_json, and orjson
  ujson,
  jq,       ///< 1.6; later versions keep numbers as written
  numeric,  ///< PostgreSQL's numeric: exact, without an exponent
  perl,     ///< fifteen significant digits
};

/// Appends the JSON number `raw`. Returns false if the language can't read it or write it back.
bool append_json_number(std::string& out, std::string_view raw, JsonNumbers rule);

}  // namespace alohook
