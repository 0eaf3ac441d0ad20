#include "app/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "app/complain.h"
#include "app/config.h"
#include "app/secrets.h"
#include "app/signals.h"
#include "base/log.h"
#include "system/images/gateway_key.h"

namespace sluice {
namespace {

Settings ReadSettings(const Parsed& parsed) {
  Settings settings;
  std::vector<Layer> layers;
  // A command that takes no --config needs no file, and must not fail for one.
  bool heeds_files =
      std::ranges::find(parsed.command->options, "config") != parsed.command->options.end();
  if (heeds_files) {
    if (auto file = UserConfig()) layers.push_back(ReadConfig(*file));
    std::optional<std::filesystem::path> project = ProjectConfig();
    if (!parsed.config.empty()) project = parsed.config;
    if (project) layers.push_back(ReadConfig(*project));
  }
  layers.push_back(ReadEnvironment([](const char* name) -> const char* { return getenv(name); }));
  layers.push_back(parsed.flags);
  for (const Layer& layer : layers) ApplyLayer(layer, settings);
  return settings;
}

LogLevel LogLevelOf(const Settings& settings) {
  if (settings.quiet) return LogLevel::kError;
  if (settings.verbose >= 2) return LogLevel::kDebug;
  return settings.verbose == 1 ? LogLevel::kInfo : LogLevel::kWarning;
}

ExitCode Run(const Parsed& parsed, const Settings& settings) {
  if (parsed.command == nullptr) {
    fmt::print("{}", parsed.text);
    return ExitCode::kDone;
  }
  SetLogLevel(LogLevelOf(settings));
  ExitCode exit = parsed.command->run({settings, parsed.arguments, StopOnSignals()});
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw Fault("output-failed", "the results could not be written to standard output");
  }
  return exit;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  // Until the settings are known, errors are shown as the flags ask.
  bool json = std::ranges::find(words, "--json") != words.end();
  ExitCode exit = ExitCode::kOurFault;
  try {
    Parsed parsed = ParseCommandLine(words);
    HideSecrets(argc, argv);
    Settings settings;
    if (parsed.command != nullptr) settings = ReadSettings(parsed);
    SetGatewayKey(settings.gateway_key);
    json = json || settings.json;
    exit = Run(parsed, settings);
  } catch (const Error& error) {
    exit = ExitFor(error);
    if (exit == ExitCode::kInterrupted && !json) {
      Notice(false, "interrupted");  // no error: it was asked for
    } else {
      Complain(error, json);
    }
  } catch (const std::exception& error) {
    Complain(Fault("internal", error.what()).Remedy("this is a fault of sluice: please report it"),
             json);
  }
  return static_cast<int>(exit);
}

}  // namespace sluice
