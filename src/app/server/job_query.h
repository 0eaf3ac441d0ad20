// ?state=, ?code=, ?label= and ?key= of what lists an import's objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/route.h"
#include "ledger/inspect.h"

namespace sluice {

// Errors (kRun): "usage".
JobFilter ReadJobFilter(const http::RouteContext& context);
// {"code", "label", "key"} of a bulk retry's body, each optional. Errors (kRun): "usage".
JobFilter ReadJobFilterBody(const std::string& body);
// Errors (kRun): "usage" for a word that names no state.
JobState ReadJobState(std::string_view word);
ImportState ReadImportState(std::string_view word);
std::vector<http::RouteDoc::Parameter> JobFilterParameters();

}  // namespace sluice
