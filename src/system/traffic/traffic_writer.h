// One feed file into the waze tables, in its load's transaction.
#pragma once

#include <memory>
#include <string>

#include "pg/connection.h"
#include "table/writer.h"

namespace sluice {

struct TrafficWriteOptions {
  std::string file_name;  // the object's key
  int64_t file_id = 0;    // for its row of data_files; its rows carry it
  // Content that is there under the same name is written once more, as the feed processor did.
  bool rewrite = false;
};

// First the file's row, by the hash of its content. Content that is there is passed over: the
// record counts as skipped, with a note of the name it came under. Then the rows by plain COPY;
// where one of them is there already (another file with the same elements), all of them once more
// as a merge. The connection is in a transaction and outlives the writer.
std::unique_ptr<Writer> NewTrafficWriter(pg::Connection& connection, TrafficWriteOptions options);

}  // namespace sluice
