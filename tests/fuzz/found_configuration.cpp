// A configuration file that was found: whatever it is allowed to name lies in its own directory, or on this machine.
#include "options/found_configuration.h"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/url.h"

namespace {

/// A directory with links to other places; the process works in it.
std::string make_directory() {
  char folder[] = "/tmp/alohook-fuzz-XXXXXX";
  if (mkdtemp(folder) == nullptr || chdir(folder) != 0) std::abort();
  if (symlink("/etc", "etc") != 0 || symlink("/tmp/alohook-nothing", "new") != 0) std::abort();
  if (symlink("inner", "loop") != 0 || mkdir("inner", 0700) != 0 || mkdir(".git", 0700) != 0) std::abort();
  char resolved[PATH_MAX];
  if (realpath(folder, resolved) == nullptr) std::abort();
  std::atexit([] {
    for (const char* name : {"etc", "new", "loop", "inner", ".git"}) std::remove(name);
    char own[PATH_MAX];
    if (getcwd(own, sizeof own) != nullptr) rmdir(own);
  });
  return resolved;
}

/// Whether opening the path, to read it or to create it, would stay below the directory. The system resolves it.
bool stays_inside(const std::string& path, const std::string& directory) {
  char resolved[PATH_MAX];
  const std::string_view opened = path.c_str();  // ends at a NUL, as for the system
  std::string place(opened);
  if (realpath(place.c_str(), resolved) == nullptr) {
    const auto slash = place.rfind('/');
    const std::string parent = slash == std::string::npos ? "." : place.substr(0, slash + 1);
    if (readlink(place.c_str(), resolved, sizeof resolved) >= 0) return false;  // a link to nothing
    if (realpath(parent.c_str(), resolved) == nullptr) return true;             // it can't be opened
  }
  const std::string_view where(resolved);
  if (where.starts_with(directory + "/.git")) return false;
  return where == directory || where.starts_with(directory + "/");
}

}  // namespace

/// The first byte says what kind of value it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace alohook;
  static const std::string directory = make_directory();
  if (size == 0) return 0;
  const std::string value(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      if (objection_to("record", "FILE", value, "").empty() && value != "-" &&
          !stays_inside(value, directory))
        std::abort();
      break;
    case 1:
      if (!objection_to("url", "URL", value, "").empty()) break;
      try {
        const Url url = parse_url(value);
        if (url.unix_path.empty() ? !url.is_loopback() : !stays_inside(url.unix_path, directory))
          std::abort();
      } catch (const Error&) {
        // not a URL: the flag rejects it
      }
      break;
    case 2:
      objection_to("resolve", "HOST:PORT:ADDRESS", value, "");
      break;
    default:
      objection_to("respond", "LIST", value, "");
      break;
  }
  return 0;
}
