// The outbox: what must happen outside the database once a load is durable (house promise 7).
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "ledger/job.h"
#include "ledger/settle.h"
#include "object/object_ref.h"
#include "pg/connection.h"

namespace sluice {

// Posts a disposition for the objects of the page that are loaded in these versions.
void PostForLoaded(pg::Connection& connection, ImportId import, std::span<const NewJob> page,
                   const Disposition& disposition);

struct OutboxItem {
  OutboxId id;
  std::string kind;      // "move", "tag", "notify" or "channel"
  std::string argument;  // s3://bucket/prefix, NAME=VALUE, a URL, or a channel's name
  int attempts = 0;
  ObjectRef object;    // with the etag of the version that was loaded
  std::string event;   // what it follows: "done" or "dead"
  std::string detail;  // the job's note, or the cause of its death
  JobId job;
};

// Claims up to `limit` items of an import. The claim's commit is flushed (synchronous_commit on),
// so every load that committed before it is durable when this returns.
std::vector<OutboxItem> ClaimOutbox(pg::Connection& connection, ImportId import, WorkerId worker,
                                    int limit, std::chrono::milliseconds lease);
void SettleOutboxDone(pg::Connection& connection, std::span<const OutboxId> ids);
// The object holds other content than its load read: the item is done, and the job waits again;
// `reload` as in Job.
void SettleOverwritten(pg::Connection& connection, const OutboxItem& item, bool reload);
void SettleOutboxFailed(pg::Connection& connection, OutboxId id, const Error& error, bool give_up,
                        std::chrono::milliseconds pause);

struct OutboxTally {
  uint64_t open = 0;
  uint64_t dead = 0;
};
OutboxTally TallyOutbox(pg::Connection& connection, ImportId import);

}  // namespace sluice
