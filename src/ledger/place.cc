#include "ledger/place.h"

#include <vector>

#include "base/error.h"
#include "ledger/ledger_sql.h"

namespace sluice {
namespace {

std::string Text(int64_t number) { return std::to_string(number); }
std::string Text(uint64_t number) { return std::to_string(number); }

uint64_t Count(const pg::Result& row, int column) {
  return static_cast<uint64_t>(row.int8(0, column));
}

}  // namespace

Place FindPlace(pg::Connection& connection, const Job& job) {
  const pg::Connection::Statement statements[] = {
      {sql::kForgetPlace, {Text(job.id.value), job.lease_token}},
      {sql::kPlace, {Text(job.id.value)}}};
  std::vector<pg::Result> results = connection.ExecPipeline(statements);
  const pg::Result& row = results[1];
  return {.line = Count(row, 0),
          .etag = std::string(row.text(0, 1)),
          .counts = {.read = Count(row, 2),
                     .loaded = Count(row, 3),
                     .rejected = Count(row, 4),
                     .skipped = Count(row, 5)}};
}

void MovePlace(pg::Connection& connection, const Job& job, const Receipt& receipt,
               const Counts& batch, uint64_t last_line, Place& place) {
  Counts all = {.read = place.counts.read + batch.read,
                .loaded = place.counts.loaded + batch.loaded,
                .rejected = place.counts.rejected + batch.rejected,
                .skipped = place.counts.skipped + batch.skipped};
  const pg::Connection::Statement statements[] = {
      {sql::kReceiptCounts,
       {Text(receipt.id.value), Text(batch.read), Text(batch.loaded), Text(batch.rejected),
        Text(batch.skipped)}},
      {sql::kMovePlace,
       {Text(job.id.value), job.lease_token, Text(place.line), Text(last_line), Text(all.read),
        Text(all.loaded), Text(all.rejected), Text(all.skipped)}}};
  std::vector<pg::Result> results = connection.ExecPipeline(statements);
  if (results[0].rows_changed() != 1 || results[1].rows_changed() != 1) {
    throw Fault("lease-lost",
                "the lease ended before the batch did: another worker has the object");
  }
  place.line = last_line;
  place.counts = all;
}

}  // namespace sluice
