// One import with all that `sluice status IMPORT` says of it: the command line and the server read
// the same.
#pragma once

#include <string>
#include <vector>

#include "app/missing_part.h"
#include "ledger/import_ledger.h"

namespace sluice {

struct StatusView {
  Import import;
  Tally tally;
  std::vector<LabelTally> tables;
  std::vector<MissingPart> missing;
};

// Errors (kRun): "import-unknown".
StatusView ReadStatus(pg::Connection& ledger, ImportId id);
std::string StatusJson(const StatusView& view);

}  // namespace sluice
