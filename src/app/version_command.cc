// sluice version.
#include <fmt/format.h>

#include "app/command.h"
#include "app/version.h"

namespace sluice {
namespace {

ExitCode PrintVersion(const Invocation& call) {
  if (call.settings.json) {
    fmt::print("{{\"version\":\"{}\"}}\n", Version());
  } else {
    fmt::print("sluice {}\n", Version());
  }
  return ExitCode::kDone;
}

}  // namespace

Command VersionCommand() {
  return {.name = "version",
          .summary = "the version of this binary",
          .details = "",
          .arguments = {},
          .options = {"json"},
          .run = PrintVersion};
}

}  // namespace sluice
