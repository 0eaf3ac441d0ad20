// Rows of the store's statements as values. The columns are those of ocl_sql.h, in its order;
// what follows them is the caller's.
#pragma once

#include "pg/connection.h"
#include "system/terminology/ocl_model.h"

namespace sluice::ocl {

// NULL is absent.
Text TextAt(const pg::Result& rows, int row, int column);

Account TakeAccount(const pg::Result& rows, int row);
Org TakeOrg(const pg::Result& rows, int row);
Repo TakeRepo(const pg::Result& rows, int row);
RepoVersion TakeVersion(const pg::Result& rows, int row);
Concept TakeConcept(const pg::Result& rows, int row);
Mapping TakeMapping(const pg::Result& rows, int row);
// How many columns each of them takes.
inline constexpr int kAccountColumns = 9;
inline constexpr int kOrgColumns = 9;
inline constexpr int kRepoColumns = 18;
inline constexpr int kVersionColumns = 7;
inline constexpr int kConceptColumns = 11;
inline constexpr int kMappingColumns = 17;

}  // namespace sluice::ocl
