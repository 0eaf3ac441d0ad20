// sluice completion: for a shell to source, or the man page for `make install`.
#include "app/completion.h"

#include <fmt/format.h>

#include "app/command.h"

namespace sluice {
namespace {

ExitCode Complete(const Invocation& call) {
  const std::string& what = call.one("SHELL");
  if (what == "bash") fmt::print("{}", BashCompletion());
  if (what == "zsh") fmt::print("{}", ZshCompletion());
  if (what == "fish") fmt::print("{}", FishCompletion());
  if (what == "man") fmt::print("{}", ManPage());
  return ExitCode::kDone;
}

}  // namespace

Command CompletionCommand() {
  return {.name = "completion",
          .summary = "what a shell completes, to be sourced by it; or the man page",
          .details = "As in: source <(sluice completion bash)",
          .arguments = {{"SHELL",
                         "bash, zsh, fish, or man for the page sluice(1)",
                         Argument::Count::kOne,
                         {"bash", "zsh", "fish", "man"}}},
          .options = {},
          .run = Complete};
}

}  // namespace sluice
