// What became of each object of a system, whichever imports had it: one record for an object, as
// Aidbox's LoaderFile has it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/import_ledger.h"
#include "ledger/inspect.h"
#include "pg/connection.h"

namespace sluice {

// The job that says most of the object: its latest, but for one that found it loaded already.
// Objects that were forgotten have no record until they are listed again.
struct ObjectRecord {
  JobId id;
  std::string label;
  ObjectRef object;
  uint64_t size_bytes = 0;
  // What people see: of an import that failed or was cancelled, what never had its turn is kDead,
  // by the import's error.
  JobState state = JobState::kPending;
  std::string reason;  // of kSkipped
  uint64_t records_loaded = 0;
  uint64_t records_rejected = 0;
  // "2024-02-29 12:00:00.123+00"; empty: not yet.
  std::string last_modified, started_at, finished_at;
  std::string error_origin, error_code, error_message, error_line, error_byte;  // of kDead
};

struct ObjectRecordFilter {
  std::string system;
  std::optional<std::string> bucket;        // "" is the bucket of files
  std::optional<std::string> store_prefix;  // "file://"
  std::optional<std::string> key_prefix;
  std::vector<std::string> labels;  // empty: all
  std::vector<JobState> states;     // empty: all
  JobId id;                         // 0: all
};

struct ObjectRecordPage {
  uint64_t total = 0;
  std::vector<ObjectRecord> records;  // in id order
};

ObjectRecordPage FindObjectRecords(pg::Connection& connection, const ObjectRecordFilter& filter,
                                   uint64_t limit, uint64_t offset);
// How many records of each state there are.
std::map<JobState, uint64_t> CountObjectRecords(pg::Connection& connection,
                                                const ObjectRecordFilter& filter);

// The object loads again when it is next listed, and replaces the rows it had loaded; one that was
// given up on gets fresh attempts. REQUIRES: it is not being loaded.
void ForgetRecord(pg::Connection& connection, const ObjectRecord& record);

// Objects of a completed import that wait to be loaded again, because they were forgotten.
uint64_t CountForgotten(pg::Connection& connection, ImportId import);

}  // namespace sluice
