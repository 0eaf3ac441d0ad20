// What becomes of an object's bad records, as the policy says (house promise 6): the object fails
// and every one of them is named, or they are put into the ledger, in the load's own transaction,
// while the good ones load.
#pragma once

#include "engine/load_object.h"
#include "ledger/job.h"
#include "pg/connection.h"
#include "record/record_block.h"
#include "table/policy.h"
#include "table/writer.h"

namespace sluice {

class RejectDesk {
 public:
  // All outlive the desk.
  RejectDesk(pg::Connection& connection, const Job& job, const WritePolicy& policy)
      : connection_(connection), job_(job), policy_(policy) {}

  // Whether rows still go to the table: under RejectPolicy::kFail not after the first bad record.
  bool Accepts(const LoadReport& report) const;

  // After each block, with the rejects that it brought in report.rejects. Quarantine stores them
  // with the whole bytes of their records, and counts them; otherwise they stay in the report, and
  // the writer is ended. False if there are enough of them to stop looking.
  // Errors: "too-many-rejects" (kNever, kObject), with a sample in the report.
  bool Settle(const RecordBlock& block, Writer& writer, LoadReport& report);

  // Quarantine stores rejects that have their records' bytes already. Errors: "too-many-rejects".
  void Keep(std::vector<Reject> rejects, LoadReport& report);

  // When all are known. Errors: "too-many-rejects" where the limit is a percentage.
  void CheckShare(LoadReport& report);

 private:
  bool quarantine() const { return policy_.on_reject == RejectPolicy::kQuarantine; }
  [[noreturn]] void GiveUp(LoadReport& report);

  pg::Connection& connection_;
  const Job& job_;
  const WritePolicy& policy_;
  std::vector<Reject> sample_;  // the first of the object, for when it fails after all
  uint64_t stored_ = 0;
};

// The object fails because of the rejects in the report: names their number and the first.
[[noreturn]] void ThrowBadRecords(LoadReport& report);

}  // namespace sluice
