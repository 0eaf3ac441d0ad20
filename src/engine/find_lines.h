// Which lines of an object that is loaded hold a key: found by reading the object again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/stop.h"
#include "engine/database.h"
#include "engine/load_options.h"
#include "engine/system.h"
#include "ledger/set_aside_ledger.h"

namespace sluice {

// The system of an import, by its name and what was asked of it. Empty: objects cannot be read
// again.
using SystemMaker =
    std::function<std::unique_ptr<System>(const std::string& name, const LoadOptions& options)>;

struct FoundLine {
  std::string value;  // of the key: record contents, never logged
  Position position;
  std::string raw;  // the whole record; empty once there are too many
};

// The records of the object whose `key` is one of `values`, in the object's order. Reads it twice.
// Errors: "duplicate-unread" (kNever) when it cannot be read as it was loaded; passing ones as
// those of a load.
std::vector<FoundLine> FindLines(const Database& database, const SystemMaker& make_system,
                                 const TxidObject& object, const pg::TablePart& key,
                                 const std::vector<std::string>& values, const Stop& stop);

}  // namespace sluice
