#include "engine/engine_testing.h"

#include <unistd.h>

#include <atomic>
#include <fstream>

#include "engine/limits.h"
#include "record/ndjson_reader.h"
#include "row/copy_binary.h"

namespace sluice {
namespace {

class LineMapper : public Mapper {
 public:
  explicit LineMapper(int64_t txid) : txid_(txid) {}

  void Map(const RecordBlock& block, Rows& all, std::vector<Reject>& rejects) override {
    RowBatch& rows = all.table(0);
    CopyBinaryEncoder encoder(rows.bytes);
    for (const Record& record : block.records) {
      if (record.bytes.starts_with('!')) {
        Reject reject;
        reject.position = record.position;
        reject.reason = "bad-line";
        reject.message = "the line starts with an exclamation mark";
        reject.remedy = "remove the mark";
        reject.raw = record.bytes;
        rejects.push_back(reject);
        continue;
      }
      encoder.Tuple(2);
      encoder.Text(record.bytes);
      encoder.Int8(txid_);
      rows.positions.push_back(record.position);
    }
  }

 private:
  const int64_t txid_;
};

class LineSystem : public System {
 public:
  std::string_view name() const override { return "lines"; }

  Classified Classify(const ObjectRef& ref) const override {
    if (!ref.key.ends_with(".lines")) return {"", "", "does not end in .lines"};
    return {"Thing", "lines:public.thing", ""};
  }

  TargetTable Prepare(pg::Connection& connection, const std::string&) const override {
    pg::Result oid = connection.Exec("SELECT 'public.thing'::regclass::oid");
    return {.relation = static_cast<uint32_t>(oid.int8(0, 0)),
            .name = "public.thing",
            .copy_sql = "COPY public.thing (id, txid) FROM STDIN (FORMAT binary)",
            .txid_sequence = "public.transaction_id_seq",
            .merge = {.table = "public.thing", .columns = {{"id"}, {"txid"}}, .key = {"id"}}};
  }

  std::unique_ptr<RecordReader> OpenReader(ByteSource& bytes,
                                           const ReaderContext& context) const override {
    return NewNdjsonReader(
        bytes, context.blocks, context.large_records,
        {.block_bytes = limits::kBlockBytes, .record_bytes = limits::kRecordBytesMax},
        context.stop);
  }

  std::unique_ptr<Mapper> OpenMapper(const std::string&, const Receipt& receipt) const override {
    return std::make_unique<LineMapper>(receipt.txid);
  }
};

}  // namespace

std::unique_ptr<System> NewLineSystem() { return std::make_unique<LineSystem>(); }

void RunTest::SetUp() {
  LedgerTest::SetUp();
  static std::atomic<int> counter{0};
  directory_ = std::filesystem::temp_directory_path() /
               ("sluice-run-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
  std::filesystem::create_directories(directory_);
  system_ = NewLineSystem();
  run_database_ = std::make_unique<Database>(DatabaseOptions{.url = url(),
                                                             .application_name = "run_test",
                                                             .silence_max = std::chrono::minutes(1),
                                                             .away_max = std::chrono::seconds(2)},
                                             run_stop_);
}

void RunTest::TearDown() {
  std::filesystem::remove_all(directory_);
  LedgerTest::TearDown();
}

std::string RunTest::Write(const std::string& name, const std::string& content) {
  std::filesystem::path path = directory_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

RunRequest RunTest::Request() {
  LoadOptions options;
  options.system = "lines";
  options.sources = {directory_.string()};
  options.attempts = 3;
  options.lease = limits::kLeaseDefault;
  return {.system = *system_,
          .options = options,
          .urls = {},
          .threads = 2,
          .version = "test",
          .command = "test"};
}

RunResult RunTest::Run(const RunRequest& request) {
  return RunImport(request, *run_database_, run_stop_);
}

std::string RunTest::Ids() {
  return One("SELECT coalesce(string_agg(id, ' ' ORDER BY id), '') FROM public.thing");
}

}  // namespace sluice
