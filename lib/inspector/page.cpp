#include "inspector/page.h"

#include <algorithm>
#include <string>

#include "embedded/inspector_page.h"

namespace alohook {
namespace {

constexpr std::string_view folder = "/page/";

std::string_view media_type(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  return "text/javascript; charset=utf-8";
}

}  // namespace

const Headers& inspector_headers() {
  static const Headers headers = {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
       "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
       "require-trusted-types-for 'script'; trusted-types 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "no-store"},
  };
  return headers;
}

std::optional<Response> page_response(std::string_view path) {
  const std::string_view name = path == "/"                ? "index.html"
                                : path.starts_with(folder) ? path.substr(folder.size())
                                                           : std::string_view();
  const auto files = embedded::inspector_page();
  const auto file = std::ranges::find(files, name, &embedded::File::name);
  if (name.empty() || file == files.end()) return std::nullopt;
  return Response{200, {}, {{"Content-Type", std::string(media_type(name))}}, std::string(file->bytes)};
}

}  // namespace alohook
