// Tables from one database to another by way of object storage, several at once: while one is read,
// others load.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "app/transfer_mapping.h"
#include "base/error.h"
#include "base/stop.h"
#include "engine/database.h"

namespace sluice {

struct TableOutcome {
  std::string table;
  bool extracted = false;  // by this run; else the parts were there
  uint64_t rows_extracted = 0;
  uint64_t parts = 0;
  uint64_t bytes = 0;  // as stored
  uint64_t objects_failed = 0;
  uint64_t rows_loaded = 0;  // by this run
  bool complete = false;
  double seconds = 0;
  std::optional<Error> error;
};

// Each table on its own: one that fails stops no other. `tell` is called from any thread, one call
// at a time, when a table is over. A table whose manifest is there is not extracted again, and
// parts that are loaded are not loaded again: so the same call changes nothing once all is
// complete.
std::vector<TableOutcome> Transfer(const TransferMapping& mapping, const Settings& settings,
                                   const Database& target, const Stop& stop,
                                   const std::function<void(const TableOutcome&)>& tell);

}  // namespace sluice
