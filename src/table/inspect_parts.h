// What hangs on a table, and what stands in the way of putting it aside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/table_part.h"

namespace sluice {

// The parts of the given kinds that serve now: indexes by name, foreign keys last. Among the
// foreign keys are those of other tables that need an index in the list. Parts that cannot serve
// (invalid indexes) and BRIN indexes, which cost a load nothing, are left alone. Errors (kNever,
// kRun): "set-aside-refused", with the names of all that stands in the way (views that group by the
// key, publications, foreign keys not also put aside, partitions) and the remedy; "no-such-table".
std::vector<pg::TablePart> InspectParts(pg::Connection& connection, uint32_t relation,
                                        pg::PartKinds kinds);

}  // namespace sluice
