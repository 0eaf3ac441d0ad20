// The one table that turns PostgreSQL's SQLSTATEs into Errors.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace sluice::pg {

struct Verdict {
  Retry retry;
  Scope scope;
  const char* remedy;  // "" where there is nothing general to say
};

// By the exact code, else by its class (first two characters), else kNever/kObject.
Verdict Judge(std::string_view sqlstate);

// `message` is the server's primary message, `detail` its DETAIL (may hold record contents).
Error FromSqlState(std::string_view sqlstate, std::string message, std::string detail);

}  // namespace sluice::pg
