// What a merge costs beside a plain COPY into the same table with its key in place: 100,000 rows of
// about 1 kB of JSON, half of whose ids are there already. Needs SLUICE_TEST_PG_URL.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <vector>

#include "base/digest.h"
#include "pg/transaction.h"
#include "row/copy_binary.h"
#include "table/merge_writer.h"

namespace sluice {
namespace {

constexpr int kRows = 100000;
constexpr int kRounds = 5;

std::vector<RowBatch> MakeBatches(int first, int step, int64_t txid) {
  std::vector<RowBatch> batches(1);
  for (int i = first; i < kRows; i += step) {
    if (batches.back().bytes.size() > kMiB) batches.emplace_back();
    RowBatch& batch = batches.back();
    CopyBinaryEncoder encoder(batch.bytes);
    std::string id = Hex(Md5(std::to_string(i)));
    encoder.Tuple(5);
    encoder.Text(id);
    encoder.Int8(txid);
    encoder.TimestampTz(txid);
    encoder.Text("created");
    encoder.BeginJsonb();
    encoder.JsonbPiece("{\"id\":\"" + id + "\"");
    for (int k = 0; k < 12; ++k) {
      encoder.JsonbPiece(
          fmt::format(",\"code{}\":{{\"system\":\"http://loinc.org\",\"value\":\"{}\"}}", k,
                      Hex(Md5(std::to_string(i * 16 + k))).substr(0, 20)));
    }
    encoder.JsonbPiece("}");
    encoder.EndJsonb();
    batch.positions.push_back({static_cast<uint64_t>(i) + 1, 0});
  }
  return batches;
}

class Bench {
 public:
  explicit Bench(pg::Connection& connection) : connection_(connection) {
    connection.ExecScript("DROP SCHEMA IF EXISTS merge_bench CASCADE; CREATE SCHEMA merge_bench");
    for (const char* table : {"t (id text PRIMARY KEY,", "h (PRIMARY KEY (id, txid), id text,"}) {
      connection.ExecScript(
          fmt::format("CREATE TABLE merge_bench.{} txid bigint NOT NULL, ts timestamptz,"
                      " cts timestamptz DEFAULT now(), status text, resource jsonb NOT NULL)",
                      table));
    }
  }
  ~Bench() { connection_.ExecScript("DROP SCHEMA IF EXISTS merge_bench CASCADE"); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  double Copy(bool half_there) {
    return Median(half_there, [&] {
      AppendWriter writer(connection_,
                          "COPY merge_bench.t (id, txid, ts, status, resource) FROM STDIN "
                          "(FORMAT binary)");
      for (const RowBatch& batch : incoming_) writer.Write(batch);
      writer.Finish();
    });
  }
  double Merge(bool half_there, bool history, ConflictPolicy conflict) {
    MergeTarget target;
    target.table = "merge_bench.t";
    if (history) target.history_table = "merge_bench.h";
    target.columns = {{"id"}, {"txid"}, {"ts"}, {"status", "'updated'"}, {"resource"}};
    target.key = {"id"};
    target.version_column = "ts";
    MergePlan plan = PlanMerge(connection_, target, {.conflict = conflict});
    return Median(half_there, [&] {
      MergeWriter writer(connection_, plan);
      for (const RowBatch& batch : incoming_) writer.Write(batch);
      writer.Finish();
    });
  }

 private:
  void Prepare(bool half_there) {
    connection_.ExecScript("TRUNCATE merge_bench.t, merge_bench.h");
    if (half_there) {
      AppendWriter writer(connection_,
                          "COPY merge_bench.t (id, txid, ts, status, resource) FROM STDIN "
                          "(FORMAT binary)");
      for (const RowBatch& batch : there_) writer.Write(batch);
      writer.Finish();
    }
    connection_.Exec("VACUUM ANALYZE merge_bench.t");
    connection_.Exec("CHECKPOINT");
  }
  double Median(bool half_there, const std::function<void()>& load) {
    std::vector<double> seconds;
    for (int round = 0; round < kRounds; ++round) {
      Prepare(half_there);
      auto start = std::chrono::steady_clock::now();
      pg::Transaction tx(connection_);
      load();
      tx.Commit();
      seconds.push_back(
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
  }

  pg::Connection& connection_;
  const std::vector<RowBatch> there_ = MakeBatches(0, 2, 1);
  const std::vector<RowBatch> incoming_ = MakeBatches(0, 1, 2);
};

int Main() {
  const char* url = std::getenv("SLUICE_TEST_PG_URL");
  if (!url) {
    fmt::print(stderr, "SLUICE_TEST_PG_URL is not set\n");
    return 2;
  }
  Stop stop;
  pg::Connection connection = pg::Connection::Open({.url = url}, stop);
  Bench bench(connection);
  double plain = bench.Copy(false);
  fmt::print("| {} rows | s | ratio |\n|---|---|---|\n", kRows);
  auto print = [&](const char* what, double seconds) {
    fmt::print("| {} | {:.2f} | {:.2f} |\n", what, seconds, seconds / plain);
  };
  print("COPY into the empty table with its key", plain);
  print("merge, none there", bench.Merge(false, false, ConflictPolicy::kOverride));
  print("merge, half there", bench.Merge(true, false, ConflictPolicy::kOverride));
  print("merge, half there, newer", bench.Merge(true, false, ConflictPolicy::kNewer));
  print("merge, half there, ignore", bench.Merge(true, false, ConflictPolicy::kIgnore));
  print("merge, none there, history", bench.Merge(false, true, ConflictPolicy::kOverride));
  print("merge, half there, history", bench.Merge(true, true, ConflictPolicy::kOverride));
  return 0;
}

}  // namespace
}  // namespace sluice

int main() { return sluice::Main(); }
