// Looking at the ledger for people, and the deeds they may do to it: retry and forget.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/job.h"
#include "pg/connection.h"

namespace sluice {

// A job as `objects` and `explain` show it. Texts are empty where there is nothing to say.
struct JobRow {
  JobId id;
  ImportId import;
  std::string label, target;
  ObjectRef object;
  uint64_t size_bytes = 0;
  JobState state = JobState::kPending;
  std::string reason;
  int attempts = 0;
  int crashes = 0;
  Counts records;
  std::string error_origin, error_code, error_message, error_remedy, error_line, error_byte;
  std::string started_at, finished_at, not_before, only_at;
};

// Jobs of an import in id order, after `after`; `state` empty: all.
std::vector<JobRow> ListJobs(pg::Connection& connection, ImportId import,
                             std::optional<JobState> state, JobId after, int limit);

// Which of an import's jobs; what is empty matches all.
struct JobFilter {
  std::optional<JobState> state;
  std::string error_code, label;
  std::string key_part;  // in the object's key
};
std::vector<JobRow> FindJobs(pg::Connection& connection, ImportId import, const JobFilter& filter,
                             JobId after, int limit);
uint64_t CountJobs(pg::Connection& connection, ImportId import, const JobFilter& filter);
// The causes why jobs are dead, the most frequent first.
struct CauseTally {
  std::string error_code;
  uint64_t jobs = 0;
};
std::vector<CauseTally> TallyCauses(pg::Connection& connection, ImportId import);

// What an import's run loaded over its time: rows in each of `parts` equal parts of it so far. An
// object's rows count evenly from its start to its end.
struct LoadedOverTime {
  double seconds = 0;  // of the run so far
  std::vector<double> rows;
};
LoadedOverTime ReadLoadedOverTime(pg::Connection& connection, ImportId import, int parts);

// An object as a user names it; an empty store or bucket matches all.
struct ObjectName {
  std::string store, bucket, key;
};
std::vector<JobRow> JobsOfObject(pg::Connection& connection, const ObjectName& name);

struct ReceiptRow {
  std::string target, etag, state, txid;
  uint64_t records_loaded = 0;
  std::string loaded_at;
  ImportId import;
};
std::vector<ReceiptRow> ReceiptsOfObject(pg::Connection& connection, const ObjectName& name);

struct RejectRow {
  uint64_t line = 0;
  uint64_t byte_offset = 0;
  std::string reason, message, remedy, record_id;
};
std::vector<RejectRow> RejectsOfJob(pg::Connection& connection, JobId job, int limit);

// Dead jobs (of those that `filter` matches) wait again with fresh attempts; returns how many.
uint64_t RetryImport(pg::Connection& connection, ImportId import, const JobFilter& filter = {});
uint64_t RetryObject(pg::Connection& connection, const ObjectName& name);
// Receipts become forgotten, so that the objects load again and replace the rows they had loaded;
// returns how many.
uint64_t ForgetObject(pg::Connection& connection, const ObjectName& name);
uint64_t ForgetTarget(pg::Connection& connection, const std::string& target);

}  // namespace sluice
