// Submissions: scripts that were asked to be applied, each a task of OCL's and an import of the
// ledger's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/id.h"
#include "pg/connection.h"
#include "system/terminology/script_options.h"

namespace sluice::ocl {

// Sets on whose behalf: the server's user of that name, or one that only the store knows. Makes the
// store's tables and the user's account where they are missing.
// Errors (kNever, kRun): "user-unknown", "user-inactive".
void ActAs(pg::Connection& connection, const std::string& username, ScriptOptions& script);
// Likewise for a user who proved to be one.
void ActAs(pg::Connection& connection, const std::string& username, bool admin,
           ScriptOptions& script);

// A new task; `script.task` is set. `source` is what is read, without secrets; `digest` tells what
// was submitted.
void AddTask(pg::Connection& connection, const std::string& source,
             const std::optional<std::string>& digest, ScriptOptions& script);
// On the command line the same script, submitted in the same way, goes on where it was cut off.
void AddOrResumeTask(pg::Connection& connection, const std::string& source, ScriptOptions& script);
// One that could not be begun.
void DropTask(pg::Connection& connection, const std::string& task);
// The import that applies it.
void BindTask(pg::Connection& connection, const std::string& task, ImportId import);

}  // namespace sluice::ocl
