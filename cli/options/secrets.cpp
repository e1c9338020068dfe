#include "options/secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"
#include "options/settings.h"
#include "sender/shell.h"
#include "signing/secret_check.h"
#include "signing/weak_secrets.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

/// The largest file that is read as a secret; a larger one is another file.
constexpr std::size_t largest_secret_file = 64 * 1024;

Secret checked(std::string bytes, const std::string& source, Context& context) {
  for (const SecretRemark& remark : look_at_secret(bytes)) {
    if (remark.is_fatal) {
      throw Error(fmt::format("the secret from {} {}", source, remark.note),
                  "give the secret exactly as ALO shows it, without quotes or whitespace around it");
    }
    context.err << fmt::format("warning: the secret from {} {}\n", source, remark.note);
  }
  if (find_weak_secret(bytes) != nullptr) {
    context.err << fmt::format("warning: the secret from {} is one that anyone can guess\n", source);
  }
  return Secret(std::move(bytes));
}

/// Returns whether this is a file's name rather than the secret itself, which must not be quoted.
bool is_file_name(const std::string& text) {
  const fs::path path(text);
  std::error_code ignored;
  const bool has_directory = path.has_parent_path() && fs::is_directory(path.parent_path(), ignored);
  const std::string extension = path.extension().string();
  const bool has_extension =
      extension.size() >= 3 && extension.size() <= 7 && path.has_stem() &&
      std::ranges::all_of(extension.substr(1), [](char c) { return is_letter(c) && !is_upper(c); });
  return text.size() < 256 && (has_directory || has_extension || fs::exists(path, ignored));
}

/// Warns of a file that others can write, or that belongs to somebody else: its content may not be the user's.
void look_at_file(const std::string& path, Context& context) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    context.err << fmt::format("warning: other users can change {}; run 'chmod 600 {}'\n", visible(path),
                               visible(path));
  } else if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    context.err << fmt::format("warning: {} belongs to another user\n", visible(path));
  }
}

std::string read_secret_bytes(const std::string& path, Context& context) {
  std::ifstream file;
  if (path != "-") {
    errno = 0;
    std::error_code ignored;
    file.open(path, std::ios::binary);
    if (!file || fs::is_directory(path, ignored)) {
      const std::string reason =
          fs::is_directory(path, ignored) ? std::strerror(EISDIR) : std::strerror(errno);
      throw Error(is_file_name(path) ? fmt::format("can't read '{}': {}", path, reason)
                                     : fmt::format("can't read the secret file: {}", reason),
                  "--secret-file takes a file's name; the secret itself goes into ALOHOOK_SECRET");
    }
  }
  std::istream& in = path == "-" ? context.in : file;
  std::string bytes(largest_secret_file + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > largest_secret_file) {
    throw Error(fmt::format("the secret file is larger than {} KiB", largest_secret_file / 1024),
                "put the secret alone into a file");
  }
  return bytes;
}

std::string read_secret_file(const std::string& path, Context& context) {
  std::string bytes = read_secret_bytes(path, context);
  // Editors end files with one newline; any further whitespace was put there by somebody and is rejected.
  if (bytes.ends_with("\r\n")) {
    bytes.resize(bytes.size() - 2);
  } else if (bytes.ends_with('\n')) {
    bytes.pop_back();
  }
  return bytes;
}

/// Creates a directory and those above it for their owner alone, whatever the umask.
void create_private_directories(const fs::path& path) {
  if (path.empty() || fs::exists(path)) return;
  create_private_directories(path.parent_path());
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    throw fs::filesystem_error("mkdir", path, std::error_code(errno, std::generic_category()));
}

/// Creates the file with its content in one step, so that two instances started at once agree on one secret. Returns
/// false if the other instance was first.
bool create_development_secret(const std::string& path) {
  create_private_directories(fs::path(path).parent_path());
  const std::string draft = fmt::format("{}.{}", path, hex_encode(random_bytes(8)));
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) throw fs::filesystem_error("open", draft, std::error_code(errno, std::generic_category()));
  const std::string content = hex_encode(random_bytes(32)) + "\n";
  const bool is_written =
      ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  ::close(file);
  std::error_code already_there;
  if (is_written) fs::create_hard_link(draft, path, already_there);
  fs::remove(draft);
  if (!fs::exists(path)) {
    throw fs::filesystem_error("write", path,
                               already_there ? already_there : std::make_error_code(std::errc::io_error));
  }
  return is_written && !already_there;
}

Secret development_secret(Context& context) {
  const std::string path = development_secret_path(context);
  try {
    if (!fs::exists(path) && create_development_secret(path)) {
      context.err << fmt::format("Generated a development secret: {}\n", visible(path));
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(fmt::format("can't create the development secret '{}': {}", path, error.code().message()),
                "set a secret with --secret-file or ALOHOOK_SECRET");
  }
  struct stat status = {};
  const bool is_known = ::stat(path.c_str(), &status) == 0;
  if (is_known && (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid())) {
    throw Error(fmt::format("the development secret '{}' is not a file of yours", path),
                "remove it, or give a secret with --secret-file or ALOHOOK_SECRET");
  }
  if (is_known && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    context.err << fmt::format("warning: {} is readable by other users; run 'chmod 600 {}'\n", visible(path),
                               visible(path));
  }
  return checked(read_secret_file(path, context), fmt::format("'{}'", path), context);
}

}  // namespace

std::string development_secret_path(const Context& context) {
  const auto folder = xdg_folder(context, "XDG_STATE_HOME", ".local/state");
  if (!folder) {
    throw Error("can't store the development secret: neither HOME nor XDG_STATE_HOME is set",
                "set a secret with --secret-file or ALOHOOK_SECRET");
  }
  return *folder + "/secret";
}

std::string describe_signing_secret(const SecretOptions& options, const Secret& secret,
                                    const Context& context) {
  std::string source = "the secret of --secret";
  if (options.is_empty()) {
    source = "the development secret";
  } else if (!options.files.empty()) {
    source = options.files.front() == "-" ? "the secret on standard input"
                                          : fmt::format("the secret in {}", visible(options.files.front()));
  } else if (context.environment("ALOHOOK_SECRET") == options.values.front()) {
    source = "ALOHOOK_SECRET";
  }
  return fmt::format("{} ({})", source, fingerprint(secret));
}

SecretFlags secret_flags(const SecretOptions& options, const Context& context) {
  if (!options.files.empty() && options.files.front() != "-") {
    return {.flags = " --secret-file " + shell_argument(options.files.front())};
  }
  if (options.is_empty()) return {};
  const bool is_of_environment =
      options.files.empty() && context.environment("ALOHOOK_SECRET") == options.values.front();
  if (is_of_environment) {
    return {.setup = "export ALOHOOK_SECRET=\"${ALOHOOK_SECRET:?set it to the signing secret}\""};
  }
  return {.setup = ": \"${SECRET:?set it to the signing secret}\"", .flags = " --secret \"$SECRET\""};
}

std::vector<std::string> secret_origins(const SecretOptions& options, const Context& context) {
  std::vector<std::string> origins;
  for (const std::string& file : options.files) {
    const bool is_variable = context.environment("ALOHOOK_SECRET_FILE") == file;
    origins.push_back(file == "-" ? "standard input"
                      : is_file_name(file)
                          ? fmt::format("{}'{}'", is_variable ? "ALOHOOK_SECRET_FILE " : "", file)
                          : "a secret file");
  }
  for (const std::string& value : options.values) {
    const bool is_variable = context.environment("ALOHOOK_SECRET") == value;
    origins.emplace_back(is_variable ? "ALOHOOK_SECRET" : "--secret or the configuration file");
  }
  if (origins.empty()) origins.push_back(fmt::format("'{}'", development_secret_path(context)));
  return origins;
}

Secrets load_secrets(const SecretOptions& options, Context& context) {
  Secrets secrets;
  const std::vector<std::string> origins =
      options.is_empty() ? std::vector<std::string>{} : secret_origins(options, context);
  for (const std::string& file : options.files) {
    std::string bytes = read_secret_file(file, context);
    if (file != "-") look_at_file(file, context);
    secrets.push_back(checked(std::move(bytes), origins[secrets.size()], context));
  }
  for (const std::string& value : options.values)
    secrets.push_back(checked(value, origins[secrets.size()], context));
  if (secrets.empty()) secrets.push_back(development_secret(context));
  return secrets;
}

Secrets load_secrets_for(const Url& target, const SecretOptions& options, Context& context) {
  if (options.is_empty() && !target.is_loopback()) {
    throw Error(fmt::format("refusing to use the development secret with a remote host ({})", target.host),
                "set your app's signing secret with --secret-file FILE or ALOHOOK_SECRET");
  }
  return load_secrets(options, context);
}

}  // namespace alohook
