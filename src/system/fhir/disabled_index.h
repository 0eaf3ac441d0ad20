// DisabledIndex: Aidbox's record of an index that was put aside for a load
// (https://docs.aidbox.app, core module resources), made of the ledger's record of the part.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/set_aside_ledger.h"
#include "system/fhir/search.h"

namespace sluice {

// Names the part for good: its table's oid, its kind and its name.
std::string DisabledIndexId(const SetAsideRow& row);
Json DisabledIndex(const SetAsideRow& row);

// Parameters: status (disabled, restored), schemaname, tablename, indexname.
std::span<const std::string_view> DisabledIndexParameters();
bool Matches(const Search& search, const Json& index);

}  // namespace sluice
