// Replies that every door gives.
#pragma once

#include <string>

#include "base/error.h"
#include "http/route.h"

namespace sluice {

// {"error": {...}} with the HTTP status that fits: the one table from faults to statuses.
http::Reply ErrorReply(const Error& error);
int StatusFor(const Error& error);
http::Reply JsonReply(std::string json, int status = 200);

}  // namespace sluice
