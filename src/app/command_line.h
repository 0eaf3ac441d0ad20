// From argv to an exit status.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"

namespace sluice {

// What a command line says, before environment and files have their say.
struct Parsed {
  const Command* command = nullptr;  // null: `text` answers already (help)
  std::string text;
  std::map<std::string, std::vector<std::string>, std::less<>> arguments;
  Layer flags;
  std::string config;  // --config
};

// `words` without the program's name. Errors (kRun): "usage".
Parsed ParseCommandLine(const std::vector<std::string>& words);

// Runs the command that argv names and prints what goes wrong. Overwrites secrets in argv.
int RunCommandLine(int argc, char** argv);

}  // namespace sluice
