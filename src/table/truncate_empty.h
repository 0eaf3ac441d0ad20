// What makes COPY FREEZE legal: a table that is truncated in the transaction that fills it.
#pragma once

#include <string>

#include "pg/connection.h"

namespace sluice {

// Truncates the table if it is empty, so that nothing is lost; false if it is not. Either way it is
// locked against everybody until the transaction ends. `table`: quoted and schema-qualified.
// REQUIRES: an open transaction, outside of any savepoint. Errors: 55P03 (kLater) when the lock
// cannot be had within lock_timeout.
bool TruncateEmpty(pg::Connection& connection, const std::string& table);

}  // namespace sluice
