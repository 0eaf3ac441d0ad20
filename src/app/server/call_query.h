// ?user=, ?object= and ?state= of what lists an import's calls.
#pragma once

#include <vector>

#include "http/route.h"
#include "ledger/call.h"

namespace sluice {

// Of the import that the address names. Errors (kRun): "usage"; "object-unknown".
CallFilter ReadCallFilter(const http::RouteContext& context, pg::Connection& ledger);
std::vector<http::RouteDoc::Parameter> CallFilterParameters();

}  // namespace sluice
