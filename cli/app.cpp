#include "app.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <optional>
#include <system_error>

#include "base/ci_commands.h"
#include "base/error.h"
#include "base/visible.h"
#include "command_builder.h"
#include "commands.h"
#include "help/command_app.h"
#include "help/help.h"
#include "help/manual.h"
#include "help/usage_error.h"
#include "options/settings.h"

namespace alohook {
namespace {

const CommandHelp program_help{
    .summary = "Test webhook integrations with ALO on your own machine",
    .examples = {{"alohook listen", "In one terminal: receive events"},
                 {"alohook send action_created", "In another: send one"},
                 {"alohook check http://127.0.0.1:3000/webhooks/alo", "Check your own server"}},
    .notes = {"Settings are read, in order of precedence, from flags, environment variables (--max-body is "
              "ALOHOOK_MAX_BODY), alohook.toml, and built-in defaults.",
              "Run alohook help COMMAND for the flags of a command, and alohook help TOPIC for the manual: "
              "journal, toml, "
              "checks, diagnosis, protocol, load, ci."},
};

void complain(Context& context, const Error& error) {
  // Errors quote untrusted text; escaping what is escaped already changes nothing.
  std::string text = "alohook: " + visible(error.what()) + '\n';
  if (!error.hint().empty()) text += "  " + visible(error.hint()) + '\n';
  context.err << without_ci_commands(text, CiSystem::other) << std::flush;
}

/// Says which configuration file a command runs with: one that was found always, others with -v. `listen` has it in its
/// banner.
void report_settings_file(const CLI::App& command, Context& context) {
  const SettingsInForce& settings = context.settings;
  const CLI::Option* verbose = command.get_option_no_throw("--verbose");
  const bool is_verbose = verbose != nullptr && verbose->count() > 0;
  const bool is_worth_it = settings.is_file_found ? settings.is_file_effective : is_verbose;
  if (settings.file.empty() || !is_worth_it || command.get_name() == "listen") return;
  context.err << "with " << visible(settings.file) << '\n' << std::flush;
}

/// Only the words behind `--` are a program to run; CLI11 would take any other word for one. Returns that word.
std::optional<std::string> stray_word(const CLI::App& command, const std::vector<std::string>& arguments) {
  const CLI::Option* program = command.get_option_no_throw("command");
  if (program == nullptr) return std::nullopt;
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const auto after = dashes == arguments.end() ? 0 : arguments.end() - dashes - 1;
  if (program->results().size() <= static_cast<std::size_t>(after)) return std::nullopt;
  return program->results().front();
}

/// Returns the exit code for text that was printed: full disks and closed pipes lose it.
int flushed(Context& context) {
  if (context.out.flush()) return exit_yes;
  complain(context, Error("can't write to standard output", "is the disk full?"));
  return exit_could_not_start;
}

/// Whether a failure is that of a limit: of descriptors, processes or memory.
bool is_of_resources(const std::error_code& error) {
  return error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system ||
         error == std::errc::resource_unavailable_try_again || error == std::errc::not_enough_memory;
}

int complain_of_bug(Context& context, const std::exception& error) {
  complain(context, Error(fmt::format("internal error: {}", error.what()),
                          "this is a bug in alohook: please report it with the command you ran"));
  return exit_internal_error;
}

}  // namespace

int run_app(const std::vector<std::string>& arguments, Context& context) {
  CommandApp root("alohook", program_help);
  root.set_version_flag("-V,--version", "alohook " ALOHOOK_VERSION, "Print the version and exit");
  root.set_help_flag("-h,--help", "Print this help and exit");
  root.require_subcommand(0, 1);  // else CLI11 takes the `send` of `help send` for a second command
  root.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  CommandBuilder commands(root);
  try {
    if (!arguments.empty() && arguments.front() == "__complete") {
      return print_candidates(root, {arguments.begin() + 1, arguments.end()}, context);
    }
    if (!arguments.empty() && arguments.front() == "__man") {
      return write_manual(root, {arguments.begin() + 1, arguments.end()});
    }
    const std::vector<std::string> ordered = with_flags_behind_command(root, arguments);
    if (!ordered.empty()) commands.build(ordered.front());
    root.parse(std::vector<std::string>(ordered.rbegin(), ordered.rend()));
    for (const Command& command : commands.built()) {
      if (!command.app->parsed()) continue;
      if (const auto word = stray_word(*command.app, ordered)) throw unknown_word_error(*command.app, *word);
      // `help`, `version` and `completion` have no settings, so a broken configuration file doesn't keep them from working.
      if (command.app->get_option_no_throw("--config") != nullptr)
        apply_settings(root, *command.app, ordered, context);
      report_settings_file(*command.app, context);
      const int exit_code = command.run(context);
      if (!context.out.flush()) throw Error("can't write to standard output", "is the disk full?");
      return exit_code;
    }
    context.err << help_text(root, help_width(context));
    return exit_could_not_start;
  } catch (const CLI::CallForVersion&) {
    context.out << "alohook " ALOHOOK_VERSION "\n";
    return flushed(context);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = root.get_subcommands();
    context.out << help_text(chosen.empty() ? root : command_of(*chosen.front()), help_width(context));
    return flushed(context);
  } catch (const CLI::ParseError& error) {
    complain(context, usage_error(root, error));
    return exit_could_not_start;
  } catch (const Error& error) {
    complain(context, error);
    return exit_could_not_start;
  } catch (const std::bad_alloc&) {
    complain(context,
             Error("not enough memory", "raise the limit on memory ('ulimit -v'), or use smaller bodies"));
    return exit_could_not_start;
  } catch (const std::system_error& error) {
    if (!is_of_resources(error.code())) return complain_of_bug(context, error);
    complain(context, Error(fmt::format("the system is out of resources: {}", error.code().message()),
                            "raise the limits: see 'ulimit -n', 'ulimit -u' and 'ulimit -v'"));
    return exit_could_not_start;
  } catch (const std::exception& error) {
    return complain_of_bug(context, error);
  }
}

}  // namespace alohook
