// From what was asked on the command line to what the engine is asked, and back.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "engine/load_options.h"

namespace sluice {

struct LoadRequest {
  LoadOptions options;            // sources normalised, without secrets
  std::vector<std::string> urls;  // presigned, whole
};

// Sources become absolute and lists sorted, so that the same request is the same import. Errors
// (kRun): "source-invalid", "then-invalid", "usage".
LoadRequest MakeLoadRequest(const std::string& system, const std::vector<std::string>& sources,
                            const Settings& settings);

// Errors (kRun): "setting-invalid" where there is no thread to load with: only `serve` can do so.
void CheckThreads(const Settings& settings);

// The command that loads these options again, without secrets; `settings` say what else it was
// called with (--into).
std::string LoadCommandLine(const LoadOptions& options, const Settings& settings);

}  // namespace sluice
