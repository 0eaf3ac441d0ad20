#include "engine/load_object.h"

#include <fmt/format.h>

#include "base/crash_point.h"
#include "base/error.h"
#include "bytes/unpack.h"
#include "engine/limits.h"
#include "engine/load_batches.h"
#include "engine/reject_desk.h"
#include "ledger/settle.h"
#include "pg/transaction.h"
#include "table/refused_record.h"

namespace sluice {
namespace {

constexpr UnpackLimits kUnpackLimits = {
    .unpacked_bytes_max = limits::kUnpackedBytesMax,
    .ratio_max = limits::kExpansionRatioMax,
    .ratio_free_bytes = limits::kExpansionFreeBytes,
};

// A load that took long is not to be lost with the server's memory; for small objects, waiting for
// the disk would cost more than loading them again.
std::string TransactionSettings(const Job& job) {
  return job.object.size_bytes > limits::kSmallObjectBytes ? "SET LOCAL synchronous_commit = on"
                                                           : "";
}

// Where rows carry no sign of the object they came from, and no key by which to find them, those of
// another version would stay beside the new ones.
void RequireRemovable(const LoadContext& context, const Receipt& receipt) {
  bool removable = !context.table.txid_sequence.empty() || context.options.policy.upsert;
  if (!receipt.supersedes_here || removable) return;
  throw Fault("reload-refused",
              "the rows of the version that was loaded cannot be told from others, so they would "
              "stay beside the new ones")
      .Remedy("load the whole source again with --truncate or --replace, or with --upsert");
}

// Rows of the versions that this one replaces, as far as nobody changed them since.
void RemoveSuperseded(const LoadContext& context, const Receipt& receipt) {
  if (receipt.superseded_txids.empty() || context.system.versions_add_up()) return;
  context.connection.Exec(
      fmt::format("DELETE FROM {} WHERE txid = ANY ($1::int8[])", context.table.name),
      {pg::Int8Array(receipt.superseded_txids)});
}

// A row that the server refused becomes a reject with its record's place.
void BlameRow(const Writer& writer, const Error& error, LoadReport& report) {
  if (error.scope() != Scope::kRecord) return;
  report.position = writer.BlamedRow();
  if (report.position) report.rejects.push_back(RefusedRecord(*report.position, error));
}

// Records into rows into the table.
void Pour(const LoadContext& context, RecordReader& reader, Mapper& mapper, Writer& writer,
          RejectDesk& desk, LoadReport& report) {
  RecordBlock block;
  Rows rows;
  while (reader.Read(block)) {
    context.stop.ThrowIfRequested();
    if (context.lease_lost) throw Fault("lease-lost", "the lease was lost during the load");
    MapBlock(context, mapper, block, rows, report);
    report.counts.read += block.records.size();
    context.meter.records.fetch_add(block.records.size(), std::memory_order_relaxed);
    StageClock::Turn write(context.clock, Stage::kWrite);
    if (desk.Accepts(report)) writer.Write(block, rows, report.rejects);
    rows.clear();
    CrashPoint("block-written");
    if (!desk.Settle(block, writer, report)) break;
  }
  if (!report.rejects.empty()) ThrowBadRecords(report);
  StageClock::Turn write(context.clock, Stage::kWrite);
  WriteCounts written = writer.Finish(report.rejects);
  if (!report.rejects.empty()) ThrowBadRecords(report);
  desk.Keep(writer.TakeIsolated(), report);
  desk.CheckShare(report);
  report.counts.loaded = written.loaded;
  report.counts.skipped = written.skipped;
  report.note = written.note;
}

std::optional<Receipt> TakeReceipt(const LoadContext& context, const Job& job, LoadReport& report) {
  StageClock::Turn settle(context.clock, Stage::kSettle);
  bool reload = job.reload || context.system.versions_add_up();
  std::optional<Receipt> receipt = InsertReceipt(context.connection, job,
                                                 {.relation = context.table.relation,
                                                  .etag = report.etag,
                                                  .reload = reload,
                                                  .txid_sequence = context.table.txid_sequence});
  if (!receipt) {
    ReportRefused(context, job, report);
    return std::nullopt;
  }
  report.receipt = receipt->id;
  CrashPoint("receipt-inserted");
  RequireRemovable(context, *receipt);
  RemoveSuperseded(context, *receipt);
  return receipt;
}

OpenObject Open(const LoadContext& context, const Job& job) {
  StageClock::Turn open(context.clock, Stage::kOpen);
  return context.objects.Open(job);
}

// Pauses are no stage's time.
std::unique_ptr<ByteSource> UnpackPaced(const LoadContext& context,
                                        std::unique_ptr<ByteSource> packed,
                                        const Pace::Load& paced) {
  auto timed = Timed(std::move(packed), context.clock, Stage::kOpen);
  auto unpacked = Timed(Unpack(std::move(timed), kUnpackLimits), context.clock, Stage::kUnpack);
  return Timed(Paced(std::move(unpacked), context.pace, paced), context.clock, std::nullopt);
}

void Settle(const LoadContext& context, const Job& job, const Receipt& receipt,
            const LoadReport& report, uint64_t bytes, pg::Transaction& tx) {
  StageClock::Turn settle(context.clock, Stage::kSettle);
  CrashPoint("rows-written");
  SettleDone(context.connection, job, receipt, report.etag, report.counts, bytes,
             context.options.then, report.note);
  CrashPoint("before-commit");
  tx.Commit();
  context.meter.rows.fetch_add(report.counts.loaded, std::memory_order_relaxed);
  CrashPoint("after-commit");
}

WriteCounts ReadInServer(const LoadContext& context, const Job& job, const Receipt& receipt) {
  StageClock::Turn write(context.clock, Stage::kWrite);
  return context.system.ReadInServer(
      {context.connection, context.table, job, receipt, context.options});
}

// The object's bytes do not pass through here: its version is asked for before the server reads it
// and again when it has.
void LoadInServer(const LoadContext& context, const Job& job, LoadReport& report) {
  ObjectRef newest = job.object.ref;
  newest.etag.clear();
  ObjectStat seen = context.store.Stat(newest);
  report.etag = seen.ref.etag;
  pg::Transaction tx(context.connection, TransactionSettings(job));
  std::optional<Receipt> receipt = TakeReceipt(context, job, report);
  if (!receipt) return;
  WriteCounts written = ReadInServer(context, job, *receipt);
  if (context.store.Stat(newest).ref.etag != report.etag) throw ObjectChangedError(seen.ref);
  report.counts.read = written.loaded;
  report.counts.loaded = written.loaded;
  context.meter.records.fetch_add(written.loaded, std::memory_order_relaxed);
  context.meter.packed_bytes.fetch_add(seen.size_bytes, std::memory_order_relaxed);
  Settle(context, job, *receipt, report, seen.size_bytes, tx);
}

}  // namespace

void MapBlock(const LoadContext& context, Mapper& mapper, const RecordBlock& block, Rows& rows,
              LoadReport& report) {
  StageClock::Turn map(context.clock, Stage::kMap);
  mapper.Map(block, rows, report.rejects);
}

void ReportRefused(const LoadContext& context, const Job& job, LoadReport& report) {
  std::optional<CurrentReceipt> current = FindCurrentReceipt(context.connection, job);
  if (!current) {
    throw Fault("receipt-moved", "another load of this object ended while this one began")
        .With(Retry::kLater);
  }
  report.receipt = current->id;
  report.outcome = current->etag == report.etag ? LoadReport::Outcome::kAlreadyLoaded
                                                : LoadReport::Outcome::kChanged;
}

void LoadObject(const LoadContext& context, const Job& job, LoadReport& report) {
  if (context.system.server_reads()) return LoadInServer(context, job, report);
  OpenObject object = Open(context, job);
  report.etag = object.stat.ref.etag;
  auto packed =
      std::make_unique<MeteredSource>(std::move(object.bytes), context.meter.packed_bytes);
  Pace::Load paced{context.stop, context.lease_lost};
  MeteredSource unpacked(UnpackPaced(context, std::move(packed), paced),
                         context.meter.unpacked_bytes);
  auto reader =
      Paced(Timed(context.system.OpenReader(
                      unpacked, {context.pools.blocks, context.pools.large_records, context.stop}),
                  context.clock, Stage::kRead),
            context.pace, paced);
  CrashPoint("object-opened");
  if (context.system.commit_unit() == CommitUnit::kBatch) {
    return LoadBatches(context, job, *reader, unpacked, report);
  }

  pg::Transaction tx(context.connection, TransactionSettings(job));
  std::optional<Receipt> receipt = TakeReceipt(context, job, report);
  if (!receipt) return;

  auto mapper = context.system.OpenMapper(job.label, *receipt);
  auto writer = context.system.OpenWriter(
      {context.connection, context.table, job, *receipt, context.options, &context.database});
  RejectDesk desk(context.connection, job, context.options.policy);
  try {
    Pour(context, *reader, *mapper, *writer, desk, report);
  } catch (const Error& error) {
    BlameRow(*writer, error, report);
    writer->Abort();
    throw;
  }
  Settle(context, job, *receipt, report, unpacked.read(), tx);
}

}  // namespace sluice
