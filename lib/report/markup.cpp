#include "report/markup.h"

#include "base/visible.h"

namespace alohook {

std::string escape_markup(std::string_view bytes) {
  std::string out;
  for (const char c : visible_lines(bytes)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '#':
        // Two of them begin a command of a CI system, if the report is printed.
        out += out.ends_with('#') ? "&#35;" : "#";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace alohook
