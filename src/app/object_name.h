// OBJECT as users write it: s3://bucket/key, a path, an https:// URL, or a bare key.
#pragma once

#include <string>
#include <vector>

#include "ledger/inspect.h"

namespace sluice {

// What the text may mean, the likeliest first: a word can be a key as well as a path. Queries are
// left out. Errors (kRun): "usage" for a text that names no object.
std::vector<ObjectName> ReadObjectName(const std::string& text);

// The first reading that the ledger knows. Errors (kRun): "object-unknown".
ObjectName FindObjectOrThrow(pg::Connection& connection, const std::string& text);

}  // namespace sluice
