#include "options/secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/visible.h"
#include "options/input.h"
#include "options/settings.h"
#include "sender/shell.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

Secret checked(std::string bytes, const std::string& source) {
  const std::string objection = secret_objection(bytes);
  if (!objection.empty()) {
    throw Error(fmt::format("the secret from {} {}", source, objection),
                "give the secret exactly as ALO shows it, without quotes or white space around it");
  }
  return Secret(std::move(bytes));
}

std::string read_secret_file(const std::string& path, Context& context) {
  std::string bytes = read_input(path, context);
  // Editors end files with one newline; any further white space was put there by somebody and is refused.
  if (bytes.ends_with("\r\n")) {
    bytes.resize(bytes.size() - 2);
  } else if (bytes.ends_with('\n')) {
    bytes.pop_back();
  }
  return bytes;
}

/// Creates the file with its content in one step, so that two programs started at once agree on one secret. Returns
/// false when the other one was first.
bool create_development_secret(const std::string& path) {
  fs::create_directories(fs::path(path).parent_path());
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
      context.err << fmt::format("made a development secret, kept in {}\n", visible(path));
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(fmt::format("cannot make the development secret '{}': {}", path, error.code().message()),
                "give a secret with --secret-file or ALOHOOK_SECRET");
  }
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    context.err << fmt::format("warning: others can read {}; chmod 600 mends it\n", visible(path));
  }
  return checked(read_secret_file(path, context), fmt::format("'{}'", path));
}

}  // namespace

std::string development_secret_path(const Context& context) {
  const auto folder = xdg_folder(context, "XDG_STATE_HOME", ".local/state");
  if (!folder) {
    throw Error("there is no place for the development secret: neither HOME nor XDG_STATE_HOME is set",
                "give a secret with --secret-file or ALOHOOK_SECRET");
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

Secrets load_secrets(const SecretOptions& options, Context& context) {
  Secrets secrets;
  for (const std::string& file : options.files) {
    const std::string source = file == "-" ? "standard input" : fmt::format("'{}'", file);
    secrets.push_back(checked(read_secret_file(file, context), source));
  }
  for (const std::string& value : options.values)
    secrets.push_back(checked(value, "--secret or ALOHOOK_SECRET"));
  if (secrets.empty()) secrets.push_back(development_secret(context));
  return secrets;
}

Secrets load_secrets_for(const Url& target, const SecretOptions& options, Context& context) {
  if (options.is_empty() && !target.is_loopback()) {
    throw Error(fmt::format("the development secret is not for '{}', which is not this machine", target.host),
                "give the app's signing secret with --secret-file FILE or ALOHOOK_SECRET");
  }
  return load_secrets(options, context);
}

}  // namespace alohook
