#pragma once
#include <memory>

namespace CLI {
class FormatterBase;
}

namespace alohook {

/// Lays `--help` out for 80 columns: a flag with its value and default, its description below the one column.
std::shared_ptr<CLI::FormatterBase> make_help_formatter();

}  // namespace alohook
