// Receipts and settling: what is written in the load's own transaction, and what is written when it
// failed.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "ledger/job.h"
#include "pg/connection.h"
#include "row/reject.h"

namespace sluice {

struct ReceiptRequest {
  uint32_t relation = 0;           // oid of the table
  std::string etag;                // of the version that is being read
  int64_t first_record = 0;        // for systems that commit per batch
  bool reload = false;             // replace the current receipt if it is of another version
  std::string txid_sequence = {};  // schema-qualified; empty: rows carry no txid
};

struct Receipt {
  ReceiptId id;
  int64_t txid = 0;
  int64_t now_micros = 0;  // the transaction's now(), in microseconds since 2000-01-01 UTC
  std::vector<int64_t> superseded_txids;  // rows still bearing these must go first
  bool supersedes_here = false;           // a version that is (or was) in this very table
};

// The first statement of a load's transaction; the open rejects of earlier tries go. Nothing:
// refused, because a version of this object is in and committed. Errors: 55P03 (kLater) when a load
// of the same object is in flight and lock_timeout passes.
std::optional<Receipt> InsertReceipt(pg::Connection& connection, const Job& job,
                                     const ReceiptRequest& request);

struct CurrentReceipt {
  ReceiptId id;
  std::string etag;
};
std::optional<CurrentReceipt> FindCurrentReceipt(pg::Connection& connection, const Job& job);

// Whether any object counts as loaded into the target.
bool HasReceipts(pg::Connection& connection, const std::string& target);

// Errors (kNever, kRun): "table-replaced" when receipts speak of another relation than `relation`.
void CheckRelation(pg::Connection& connection, const std::string& target, uint32_t relation);

// What must follow outside the database once the load is durable.
struct Disposition {
  std::string kind;      // "move" or "tag"; empty: leave
  std::string argument;  // s3://bucket/prefix, or NAME=VALUE
  bool notices = false;  // the import's options say who is told as well
};

// The last statements of a load's transaction, before COMMIT; `note` is kept as the job's reason.
// Errors: "lease-lost" (kNever, kObject): roll back, the job is another worker's now.
void SettleDone(pg::Connection& connection, const Job& job, const Receipt& receipt,
                const std::string& etag, const Counts& counts, uint64_t unpacked_bytes,
                const Disposition& disposition, const std::string& note = {});

// The version is in already ("already-loaded") or passed over ("changed"). False if the lease is
// lost.
bool SettleSkipped(pg::Connection& connection, const Job& job, const std::string& reason,
                   ReceiptId receipt, const Disposition& disposition);

struct Failure {
  Error error;
  std::optional<Position> position = {};  // of the record at fault
  uint64_t records_read = 0;
  std::span<const Reject> rejects = {};
};

// Bad records of a load that goes on, in its transaction.
void InsertRejects(pg::Connection& connection, JobId job, std::span<const Reject> rejects);

// A second, fenced transaction: the cause and the rejects, replacing the previous attempt's. The
// job waits `pause` for its next attempt, or is dead without one. False if the lease is lost.
bool SettleFailed(pg::Connection& connection, const Job& job, const Failure& failure,
                  std::optional<std::chrono::milliseconds> pause);

// The job waits again as if it had not been claimed. False if the lease is lost.
bool GiveBack(pg::Connection& connection, const Job& job);

// The same, but not before `pause` has passed.
bool GiveBackLater(pg::Connection& connection, const Job& job, std::chrono::milliseconds pause);

// All jobs of a worker that ends in order wait again. REQUIRES: its loading sessions are closed.
void GiveBackAll(pg::Connection& connection, WorkerId worker);

}  // namespace sluice
