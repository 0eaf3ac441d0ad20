#include "extract/extract.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/crash_point.h"
#include "base/error.h"
#include "base/log.h"
#include "engine/run_fault.h"
#include "extract/claim.h"
#include "extract/extract_sql.h"
#include "extract/occupation.h"
#include "extract/part_writer.h"
#include "extract/table_source.h"
#include "pg/transaction.h"
#include "system/table/copy_form.h"

namespace sluice {
namespace {

// COPY text writes a value that reads like the NULL marker as it is, unless that is \N; and csv's
// rows are told apart by doubled quotes.
void RequireLossless(const Dialect& dialect) {
  CheckDialect(dialect);
  bool text = dialect.kind == Dialect::Kind::kText && dialect.null == "\\N";
  bool csv = dialect.kind == Dialect::Kind::kCsv && dialect.escape == dialect.quote;
  if (text || csv) return;
  throw Fault("dialect-lossy",
              "PostgreSQL cannot write this dialect so that every value can be read")
      .With(Scope::kRun)
      .Remedy("say --format text with the null text \\N, or --format csv with doubled quotes");
}

std::string HeaderLine(const Dialect& dialect, const std::vector<ColumnSpec>& columns) {
  if (!dialect.header) return "";
  std::string line;
  for (const ColumnSpec& column : columns) {
    if (!line.empty()) line += dialect.delimiter;
    if (dialect.kind == Dialect::Kind::kCsv) {
      line += dialect.quote;
      for (char c : column.name) line += c == dialect.quote ? std::string(2, c) : std::string(1, c);
      line += dialect.quote;
    } else {
      for (char c : column.name) {
        if (c == '\\' || c == dialect.delimiter) line += '\\';
        line += c;
      }
    }
  }
  return line + "\n";
}

class Extraction {
 public:
  Extraction(const Database& source, const Destination& destination, const ExtractRequest& request,
             const Stop& stop)
      : source_(source.options(), over_),
        destination_(destination),
        request_(request),
        stop_(stop),
        copy_options_(ChooseForm(request.dialect, false).Options()) {}

  // The parts of one snapshot. Those that are finished when it fails are taken back.
  UnloadManifest Run() try {
    pg::Connection connection = source_.Connect(Database::Use::kControl);
    std::string lock = LockStatement(connection, request_);
    pg::Transaction snapshot(connection, Settings("", lock));
    Snapshot shared{std::string(connection.Exec("SELECT pg_export_snapshot()").text(0, 0))};
    table_ = DescribeSource(connection, request_);
    header_ = HeaderLine(request_.dialect, table_.columns);
    CrashPoint("extract-snapshot-taken");
    ReadAll(shared);
    snapshot.Commit();
    return Listed();
  } catch (...) {
    TakeBack();
    throw;
  }

 private:
  struct Snapshot {
    std::string name;
  };

  std::string Settings(const std::string& snapshot, const std::string& lock) const {
    std::string settings = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    if (!snapshot.empty()) settings += "; SET TRANSACTION SNAPSHOT '" + snapshot + "'";
    settings += fmt::format("; SET LOCAL lock_timeout = {}; ", limits::kExtractLockTimeout.count());
    settings += sql::kExtractSettings;
    // A query's names are those that its author's sessions know.
    if (request_.table.empty()) settings += "; SET LOCAL search_path TO DEFAULT";
    if (!lock.empty()) settings += "; " + lock;
    return settings;
  }

  void ReadAll(const Snapshot& snapshot) {
    size_t streams = std::min<size_t>(static_cast<size_t>(request_.streams), table_.pieces.size());
    std::atomic<size_t> running = streams;
    std::vector<std::thread> threads;
    for (size_t i = 0; i < streams; ++i) {
      threads.emplace_back([this, &snapshot, &running, i] {
        RunStream(snapshot, static_cast<int>(i));
        --running;
      });
    }
    while (running != 0) {
      if (stop_.SleepFor(std::chrono::milliseconds(20)) || fault_.get()) over_.Request();
      if (stop_.requested()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    for (std::thread& thread : threads) thread.join();
    stop_.ThrowIfRequested();
    if (auto fault = fault_.get()) throw *fault;
  }

  void RunStream(const Snapshot& snapshot, int number) noexcept {
    try {
      Stream(snapshot, number);
    } catch (const Error& error) {
      if (!over_.requested()) fault_.Set(Error(error).With(Scope::kRun));
    } catch (const std::exception& error) {
      fault_.Set(Fault("internal", error.what()).With(Scope::kRun));
    }
  }

  void Stream(const Snapshot& snapshot, int number) {
    pg::Connection connection = source_.Connect(Database::Use::kControl);
    pg::Transaction tx(connection, Settings(snapshot.name, ""));
    PartWriter writer(destination_, request_, number, header_);
    std::string rows;
    for (size_t piece = next_++; piece < table_.pieces.size(); piece = next_++) {
      connection.BeginCopyOut("COPY (" + table_.pieces[piece] + "\n) TO STDOUT (" + copy_options_ +
                              ")");
      for (bool more = true; more; rows.clear()) {
        more = connection.ReadCopy(rows, limits::kRowBytes);
        over_.ThrowIfRequested();
        writer.Write(rows);
        CrashPoint("extract-rows-written");
      }
    }
    std::vector<FinishedPart> parts = writer.Finish();
    tx.Commit();
    std::lock_guard lock(mutex_);
    for (FinishedPart& part : parts) parts_.push_back(std::move(part));
  }

  UnloadManifest Listed() const {
    UnloadManifest manifest;
    for (const FinishedPart& part : parts_) {
      manifest.entries.push_back(destination_.EntryOf(part.stat, part.rows));
    }
    manifest.schema = table_.columns;
    manifest.dialect = request_.dialect;
    return manifest;
  }

  // All that is named so: nothing else may be there while the claim is held, but for older parts
  // under kOverwrite, whose manifest is gone.
  void TakeBack() noexcept {
    try {
      for (const ObjectRef& ref : destination_.Find()) destination_.store().Remove(ref);
    } catch (const std::exception& error) {
      Log(LogLevel::kInfo,
          std::string("parts of the failed extract stay until the next one: ") + error.what());
    }
  }

  Stop over_;
  const Database source_;
  const Destination& destination_;
  const ExtractRequest& request_;
  const Stop& stop_;
  const std::string copy_options_;
  TableSource table_;
  std::string header_;
  std::atomic<size_t> next_{0};
  RunFault fault_;
  std::mutex mutex_;
  std::vector<FinishedPart> parts_;
};

}  // namespace

ExtractResult Extract(const Database& source, const Destination& destination,
                      const ExtractRequest& request, const Stop& stop) {
  RequireLossless(request.dialect);
  ExtractClaim claim = ExtractClaim::Take(destination);
  CrashPoint("extract-claimed");
  try {
    if (auto left = MakeRoom(destination, claim, request.existing)) {
      ExtractResult result = ResultOf(destination, *left);
      result.found_complete = true;
      claim.Release();
      return result;
    }
    UnloadManifest manifest = Extraction(source, destination, request, stop).Run();
    return Publish(destination, claim, std::move(manifest));
  } catch (...) {
    GiveUp(claim, stop);
    throw;
  }
}

}  // namespace sluice
