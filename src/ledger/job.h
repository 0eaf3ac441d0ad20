// The ledger's values: an import is one request, a job is one object's turn in its queue.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "ledger/state.h"
#include "object/object_ref.h"

namespace sluice {

struct Import {
  ImportId id;
  std::string system;
  std::string source;   // as the user wrote it, without secrets
  std::string options;  // JSON; engine/load_options.h reads it
  ImportState state = ImportState::kPending;
  bool listed = false;
  bool worked_on = false;  // a live worker serves it, or a job runs under a valid lease
  std::string created_at, started_at, finished_at;  // as the server prints them; empty: not yet
  std::string error_origin, error_code, error_message, error_remedy;
};

// What the lister wants done; only_at as in the job table.
struct NewJob {
  std::string target;
  std::string label;
  ObjectStat object;
  std::string only_at;
};

// A claimed job: this process may load the object until the lease ends.
struct Job {
  JobId id;
  ImportId import;
  std::string target;
  std::string label;
  ObjectStat object;
  bool reload = false;
  int attempts = 0;
  int crashes = 0;
  std::string lease_token;
};

struct Counts {
  uint64_t read = 0;
  uint64_t loaded = 0;
  uint64_t rejected = 0;
  uint64_t skipped = 0;
  bool operator==(const Counts&) const = default;
};

}  // namespace sluice
