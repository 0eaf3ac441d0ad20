#include "engine/load_batches.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/crash_point.h"
#include "base/error.h"
#include "ledger/place.h"
#include "ledger/settle.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

// Lines that were applied are not what this version would make of them.
void RequireSameVersion(const Place& place, const std::string& etag) {
  if (place.line == 0 || place.etag == etag) return;
  throw Fault("changed-midway",
              fmt::format("the object changed after its lines up to {} were applied", place.line))
      .Remedy("cancel the import and load the object as it is now, or put the first version back");
}

void DropUpTo(uint64_t line, RecordBlock& block) {
  auto next = std::ranges::find_if(
      block.records, [&](const Record& record) { return record.position.line > line; });
  block.records.erase(block.records.begin(), next);
}

ReceiptRequest RequestFor(const LoadContext& context, const LoadReport& report, uint64_t first) {
  return {.relation = context.table.relation,
          .etag = report.etag,
          .first_record = static_cast<int64_t>(first)};
}

WriteCounts WriteBlock(const LoadContext& context, const RecordBlock& block, Mapper& mapper,
                       Writer& writer, LoadReport& report) {
  Rows rows;
  MapBlock(context, mapper, block, rows, report);
  StageClock::Turn write(context.clock, Stage::kWrite);
  writer.Write(block, rows, report.rejects);
  return writer.Finish(report.rejects);
}

// One block, in one transaction with its receipt and the move of the place.
void ApplyBatch(const LoadContext& context, const Job& job, const RecordBlock& block,
                Mapper& mapper, Writer& writer, LoadReport& report, Place& place) {
  StageClock::Turn settle(context.clock, Stage::kSettle);  // what is not writing
  pg::Transaction tx(context.connection);
  std::optional<Receipt> receipt = InsertReceipt(
      context.connection, job, RequestFor(context, report, block.records.front().position.line));
  if (!receipt) throw Fault("lease-lost", "another worker has applied these lines");
  CrashPoint("batch-begun");
  WriteCounts written = WriteBlock(context, block, mapper, writer, report);
  CHECK(report.rejects.empty());
  CrashPoint("batch-written");
  uint64_t read = block.records.size();
  Counts counts = {.read = read,
                   .loaded = written.loaded,
                   .rejected = read - written.loaded - written.skipped,
                   .skipped = written.skipped};
  MovePlace(context.connection, job, *receipt, counts, block.records.back().position.line, place);
  CrashPoint("batch-before-commit");
  tx.Commit();
  context.meter.rows.fetch_add(counts.loaded, std::memory_order_relaxed);
  CrashPoint("batch-committed");
}

void ApplyAll(const LoadContext& context, const Job& job, RecordReader& reader, LoadReport& report,
              Place& place) {
  const Receipt none_yet;
  auto mapper = context.system.OpenMapper(job.label, none_yet);
  auto writer = context.system.OpenWriter(
      {context.connection, context.table, job, none_yet, context.options, &context.database});
  RecordBlock block;
  while (reader.Read(block)) {
    DropUpTo(place.line, block);
    if (block.records.empty()) continue;
    context.stop.ThrowIfRequested();
    if (context.lease_lost) throw Fault("lease-lost", "the lease was lost during the load");
    try {
      ApplyBatch(context, job, block, *mapper, *writer, report, place);
    } catch (const Error&) {
      writer->Abort();
      throw;
    }
    report.counts = place.counts;
    context.meter.records.fetch_add(block.records.size(), std::memory_order_relaxed);
  }
}

}  // namespace

void LoadBatches(const LoadContext& context, const Job& job, RecordReader& reader,
                 const MeteredSource& unpacked, LoadReport& report) {
  if (FindCurrentReceipt(context.connection, job)) return ReportRefused(context, job, report);
  Place place = FindPlace(context.connection, job);
  RequireSameVersion(place, report.etag);
  report.counts = place.counts;
  ApplyAll(context, job, reader, report, place);

  StageClock::Turn settle(context.clock, Stage::kSettle);
  pg::Transaction tx(context.connection);
  std::optional<Receipt> whole =
      InsertReceipt(context.connection, job, RequestFor(context, report, 0));
  if (!whole) return ReportRefused(context, job, report);
  report.receipt = whole->id;
  CrashPoint("whole-inserted");
  SettleDone(context.connection, job, *whole, report.etag, report.counts, unpacked.read(),
             context.options.then, report.note);
  CrashPoint("whole-before-commit");
  tx.Commit();
  CrashPoint("whole-committed");
}

}  // namespace sluice
