// The store's tables, and who is who in them.
#pragma once

#include <optional>
#include <string>

#include "pg/connection.h"
#include "system/terminology/ocl_model.h"

namespace sluice::ocl {

// Makes schema ocl where it is absent, in a committed transaction of its own, safe when two
// processes do it at once.
void PrepareSchema(pg::Connection& connection);

// Nothing if the store has no such active user. REQUIRES: the schema is there.
std::optional<Requester> FindRequesterIfAny(pg::Connection& connection,
                                            const std::string& username);
// The user on whose behalf lines are applied. Errors (kNever, kRun): "user-unknown".
Requester FindRequester(pg::Connection& connection, const std::string& username);

}  // namespace sluice::ocl
