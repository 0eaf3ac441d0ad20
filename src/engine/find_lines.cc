#include "engine/find_lines.h"

#include <algorithm>

#include "bytes/unpack.h"
#include "engine/limits.h"
#include "engine/load_object.h"
#include "engine/store_set.h"
#include "object/read_object.h"
#include "pg/transaction.h"
#include "table/second_copy.h"

namespace sluice {
namespace {

constexpr UnpackLimits kUnpackLimits = {
    .unpacked_bytes_max = limits::kUnpackedBytesMax,
    .ratio_max = limits::kExpansionRatioMax,
    .ratio_free_bytes = limits::kExpansionFreeBytes,
};

// One object, read and mapped as a load reads and maps it.
class Reading {
 public:
  Reading(const Database& database, const SystemMaker& make_system, const TxidObject& object,
          const Stop& stop)
      : object_(object),
        stop_(stop),
        options_(ParseLoadOptions(object.options)),
        system_(make_system(object.system, options_)),
        stores_(options_, {}, stop, {.ledger = &database}),
        pools_(1),
        connection_(database.ConnectPatiently(Database::Use::kLoad)) {}

  std::vector<SecondCopy::Match> FindRows(const pg::TablePart& key,
                                          const std::vector<std::string>& values) {
    TargetTable table = system_->Prepare(connection_, object_.label);
    pg::Transaction tx(connection_);
    SecondCopy copy(connection_, table.name, table.copy_sql, table.copy_format);
    Each([&](const RecordBlock&, const RowBatch& rows) { copy.Write(rows); });
    return copy.Find(key, values);
  }

  std::vector<FoundLine> Lines(const std::vector<SecondCopy::Match>& matches) {
    std::vector<FoundLine> lines;
    auto next = matches.begin();
    uint64_t row = 0;  // before the block
    size_t raw_bytes = 0;
    Each([&](const RecordBlock& block, const RowBatch& rows) {
      for (; next != matches.end() && next->row <= row + rows.rows(); ++next) {
        FoundLine line{next->value, rows.positions[next->row - row - 1], ""};
        line.raw = Raw(block, line.position);
        raw_bytes += line.raw.size();
        if (raw_bytes > limits::kRejectRawBytesPerObject) line.raw.clear();
        lines.push_back(std::move(line));
      }
      row += rows.rows();
    });
    return lines;
  }

 private:
  static std::string Raw(const RecordBlock& block, const Position& position) {
    auto record = std::ranges::find(block.records, position.byte_offset,
                                    [](const Record& r) { return r.position.byte_offset; });
    if (record == block.records.end()) return "";
    return std::string(record->bytes);
  }

  void Each(const std::function<void(const RecordBlock&, const RowBatch&)>& use) {
    OpenObject object = ReadObject(stores_.For(object_.object), object_.object, pools_.ranges,
                                   {.parallel_above_bytes = UINT64_MAX,
                                    .range_bytes = limits::kRangeBytes,
                                    .ranges_in_flight_max = 1,
                                    .attempts_max = limits::kTransferAttemptsMax,
                                    .backoff_first = limits::kTransferBackoffFirst,
                                    .backoff_cap = limits::kTransferBackoffCap},
                                   stop_);
    std::unique_ptr<ByteSource> unpacked = Unpack(std::move(object.bytes), kUnpackLimits);
    auto reader = system_->OpenReader(*unpacked, {pools_.blocks, pools_.large_records, stop_});
    Receipt receipt;
    receipt.id = object_.receipt;
    receipt.txid = object_.txid;
    auto mapper = system_->OpenMapper(object_.label, receipt);
    RecordBlock block;
    Rows rows;
    std::vector<Reject> rejects;
    while (reader->Read(block)) {
      stop_.ThrowIfRequested();
      mapper->Map(block, rows, rejects);
      use(block, rows.table(0));
      rows.clear();
      rejects.clear();
    }
  }

  const TxidObject& object_;
  const Stop& stop_;
  const LoadOptions options_;
  const std::unique_ptr<System> system_;
  StoreSet stores_;
  Pools pools_;
  pg::Connection connection_;
};

}  // namespace

std::vector<FoundLine> FindLines(const Database& database, const SystemMaker& make_system,
                                 const TxidObject& object, const pg::TablePart& key,
                                 const std::vector<std::string>& values, const Stop& stop) {
  auto unread = [&](const std::string& why) {
    return Fault("duplicate-unread", "which line of " + ToString(object.object) +
                                         " holds a key that is there twice cannot be told: " + why)
        .Remedy("bring the object back as it was loaded, or delete the rows that are too many");
  };
  if (!make_system) throw unread("this process cannot read it");
  try {
    Reading reading(database, make_system, object, stop);
    return reading.Lines(reading.FindRows(key, values));
  } catch (const Error& error) {
    if (error.retry() != Retry::kNever || error.code() == "interrupted") throw;
    throw unread(error.message());
  }
}

}  // namespace sluice
