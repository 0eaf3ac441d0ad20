// From a traffic feed file (Waze's CCP format) to the rows of the waze tables.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "row/mapper.h"

namespace sluice {

// The ids of alert_types by type and subtype.
using AlertTypes = std::map<std::pair<std::string, std::string>, int32_t>;

// Maps one file, one record, into tuples of binary COPY for the tables of TrafficTable, in the
// column order of traffic_sql.h. Elements that come twice in a file are one row; a point that comes
// twice in a line is one coordinate, at its last place. A file that is no sound feed becomes one
// reject that names the first fault by its path. Its reason is one of the json-... of
// record/json_fault.h, or:
//
//   not-an-object  the file, or an element of it, is no object
//   field-missing  a field that every feed has is not there, or null
//   field-type     a field is of another type than its column
//   field-range    a number or date is beyond its column
std::unique_ptr<Mapper> NewTrafficMapper(int64_t file_id,
                                         std::shared_ptr<const AlertTypes> alert_types);

}  // namespace sluice
