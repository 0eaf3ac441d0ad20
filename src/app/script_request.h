// `load terminology`: a script is submitted on somebody's behalf, and its results are printed.
#pragma once

#include "app/load_request.h"
#include "app/settings.h"
#include "engine/database.h"
#include "engine/supervisor.h"

namespace sluice {

// What the request asks of the system, as far as the database is not needed for it.
// Errors (kRun): "usage".
void RequestScript(LoadRequest& request, const Settings& settings);

// The task: a new one, or one that was cut off. Errors: "user-unknown".
void SubmitScript(LoadRequest& request, const Settings& settings, const Database& database);
// The import that applies it, so that its state is known by the task.
void BindScript(const RunRequest& request, const Database& database);

// Prints the results on stdout, as --result says. True if a line did not do what it says.
bool TellScript(const LoadOptions& options, const Settings& settings, const Database& database);

}  // namespace sluice
