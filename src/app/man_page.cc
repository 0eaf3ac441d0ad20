// sluice(1), in the roff of man(7).
#include <fmt/format.h>

#include "app/command.h"
#include "app/completion.h"
#include "app/option.h"
#include "app/version.h"

namespace sluice {
namespace {

// man(7): a backslash is an escape, a hyphen would be typeset as one, a leading dot or apostrophe
// starts a request.
std::string Roff(std::string_view text) {
  std::string roff;
  bool line_start = true;
  for (char c : text) {
    if (line_start && (c == '.' || c == '\'')) roff += "\\&";
    if (c == '\\') {
      roff += "\\e";
    } else if (c == '-') {
      roff += "\\-";
    } else {
      roff += c;
    }
    line_start = c == '\n';
  }
  return roff;
}

std::string ArgumentText(const Argument& argument) {
  switch (argument.count) {
    case Argument::Count::kOne:
      return std::string(argument.name);
    case Argument::Count::kOptional:
      return fmt::format("[{}]", argument.name);
    case Argument::Count::kAtLeastOne:
      return fmt::format("{}...", argument.name);
    case Argument::Count::kAny:
      return fmt::format("[-- {}...]", argument.name);
  }
  return "";
}

std::string CommandText(const Command& command) {
  std::string usage = fmt::format("sluice {}", command.name);
  for (const Argument& argument : command.arguments) usage += " " + ArgumentText(argument);
  std::string text = fmt::format(".SS {}\n{}.\n", Roff(usage), Roff(command.summary));
  if (!command.details.empty()) text += fmt::format(".PP\n{}\n", Roff(command.details));
  for (const Argument& argument : command.arguments) {
    text += fmt::format(".TP\n.I {}\n{}\n", Roff(argument.name), Roff(argument.help));
  }
  if (command.options.empty()) return text;
  text += ".PP\nOptions:";
  for (size_t i = 0; i < command.options.size(); ++i) {
    text += fmt::format("{}\n\\fB\\-\\-{}\\fR", i == 0 ? "" : ",", Roff(command.options[i]));
  }
  return text + ".\n";
}

std::string OptionText(const Option& option) {
  if (option.place == Option::Place::kFileOnly) {
    return fmt::format(".TP\n.BR {} \" (config file and environment only)\"\n{}\n",
                       Roff(option.name), Roff(option.help));
  }
  std::string letter =
      option.letter == 0 ? "" : fmt::format("\\fB\\-{}\\fR, ", std::string(1, option.letter));
  std::string value = option.is_switch() ? "" : fmt::format(" \\fI{}\\fR", Roff(option.value));
  return fmt::format(".TP\n{}\\fB\\-\\-{}\\fR{}\n{}\n", letter, Roff(option.name), value,
                     Roff(option.help));
}

constexpr char kExitStatus[] = R"roff(.SH EXIT STATUS
.TP
.B 0
everything was loaded; the question was answered
.TP
.B 1
a fault of sluice's own; a check of \fBdoctor\fR failed
.TP
.B 2
usage or configuration
.TP
.B 3
completed, with rejects within the limit
.TP
.B 4
some objects failed or changed, or the import was cancelled
.TP
.B 5
the source cannot be reached, or refuses
.TP
.B 6
the database cannot be reached, or refuses
.TP
.B 7
interrupted; the same command resumes
)roff";

constexpr char kFiles[] = R"roff(.SH FILES
Flags beat the environment, which beats the project's config file, which beats the user's.
The keys are the names of the flags.
.TP
.I ./sluice.yaml
the project's config file; \fB\-\-config\fR names another
.TP
.I $XDG_CONFIG_HOME/sluice/config.yaml
the user's config file
.TP
.I $XDG_DATA_HOME/sluice/pg
the private PostgreSQL; for root \fI/var/lib/sluice/pg\fR
)roff";

std::string EnvironmentText() {
  std::string text =
      ".SH ENVIRONMENT\n"
      "Credentials of S3 are found as the AWS tools find them: AWS_ACCESS_KEY_ID,\n"
      "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile that AWS_PROFILE names.\n";
  for (const Option& option : AllOptions()) {
    if (option.place == Option::Place::kFlagOnly) continue;
    std::string names = option.variable();
    for (const char* name : option.variables) {
      if (name != nullptr) names += std::string(", ") + name;
    }
    text +=
        fmt::format(".TP\n.B {}\nas {}{}\n", names,
                    option.place == Option::Place::kFileOnly ? "" : "\\-\\-", Roff(option.name));
  }
  return text;
}

}  // namespace

std::string ManPage() {
  std::string text = fmt::format(
      ".TH SLUICE 1 \"\" \"sluice {}\" \"User Commands\"\n"
      ".SH NAME\nsluice \\- bulk\\-loads object storage into PostgreSQL\n"
      ".SH SYNOPSIS\n.B sluice\n.I COMMAND\n[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n"
      ".SH DESCRIPTION\n"
      "Loads every object of a source into PostgreSQL once, and accounts for every record.\n"
      "What was interrupted goes on when the same command runs again.\n"
      ".SH COMMANDS\n",
      Version());
  for (const Command& command : AllCommands()) text += CommandText(command);
  text += ".SH OPTIONS\n";
  for (const Option& option : AllOptions()) text += OptionText(option);
  return text + kExitStatus + kFiles + EnvironmentText();
}

}  // namespace sluice
