#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Writes one page that needs nothing else: no script, nothing loaded, a content security policy that allows only its
/// own style; light or dark as the reader's system is; failures open, the rest folded.
std::string html_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
