// All that the ledger knows about one object, gathered for people and programs.
#pragma once

#include <string>

#include "app/explanation.h"
#include "app/settings.h"
#include "pg/connection.h"

namespace sluice {

// `text` is an object as users write it. `ledger` null: there is none yet. The command that runs an
// import again is told as these settings would have it. Errors (kRun): "usage".
Explanation ExplainObject(pg::Connection* ledger, const std::string& text,
                          const Settings& settings);

}  // namespace sluice
