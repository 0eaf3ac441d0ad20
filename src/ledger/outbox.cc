#include "ledger/outbox.h"

#include "ledger/outbox_sql.h"
#include "ledger/planning.h"
#include "pg/transaction.h"

namespace sluice {

void PostForLoaded(pg::Connection& connection, ImportId import, std::span<const NewJob> page,
                   const Disposition& disposition) {
  if (disposition.kind.empty() || page.empty()) return;
  std::vector<pg::Value> stores, buckets, keys, etags;
  for (const NewJob& job : page) {
    const ObjectRef& ref = job.object.ref;
    stores.emplace_back(ref.store);
    buckets.emplace_back(ref.bucket);
    keys.emplace_back(ref.key);
    etags.emplace_back(ref.etag);
  }
  ExecPlanned(
      connection, sql::kByIndex,
      {sql::kPostForLoaded,
       {std::to_string(import.value), disposition.kind, disposition.argument, pg::TextArray(stores),
        pg::TextArray(buckets), pg::TextArray(keys), pg::TextArray(etags)}});
}

std::vector<OutboxItem> ClaimOutbox(pg::Connection& connection, ImportId import, WorkerId worker,
                                    int limit, std::chrono::milliseconds lease) {
  pg::Result rows = ExecPlanned(connection, sql::kFromTheFront,
                                {sql::kClaimOutbox,
                                 {std::to_string(import.value), std::to_string(limit),
                                  std::to_string(lease.count()), std::to_string(worker.value)}});
  std::vector<OutboxItem> items;
  for (int row = 0; row < rows.rows(); ++row) {
    OutboxItem item;
    item.id = {rows.int8(row, 0)};
    item.kind = rows.text(row, 1);
    item.argument = rows.text(row, 2);
    item.attempts = static_cast<int>(rows.int8(row, 4));
    item.object = {std::string(rows.text(row, 5)), std::string(rows.text(row, 6)),
                   std::string(rows.text(row, 7)), std::string(rows.text(row, 3))};
    item.event = rows.text(row, 8);
    item.detail = rows.text(row, 9);
    item.job = {rows.int8(row, 10)};
    items.push_back(item);
  }
  return items;
}

void SettleOutboxDone(pg::Connection& connection, std::span<const OutboxId> ids) {
  if (ids.empty()) return;
  std::vector<int64_t> values;
  for (OutboxId id : ids) values.push_back(id.value);
  connection.Exec(sql::kOutboxDone, {pg::Int8Array(values)});
}

void SettleOverwritten(pg::Connection& connection, const OutboxItem& item, bool reload) {
  pg::Transaction tx(connection);
  connection.Exec(sql::kRequeueOverwritten, {std::to_string(item.job.value), item.object.etag,
                                             std::string(reload ? "true" : "false")});
  SettleOutboxDone(connection, {&item.id, 1});
  tx.Commit();
}

void SettleOutboxFailed(pg::Connection& connection, OutboxId id, const Error& error, bool give_up,
                        std::chrono::milliseconds pause) {
  connection.Exec(sql::kOutboxFailed,
                  {std::to_string(id.value), error.code(), error.message(),
                   std::string(give_up ? "true" : "false"), std::to_string(pause.count())});
}

OutboxTally TallyOutbox(pg::Connection& connection, ImportId import) {
  pg::Result row = connection.Exec(sql::kOutboxOpen, {std::to_string(import.value)});
  return {static_cast<uint64_t>(row.int8(0, 0)), static_cast<uint64_t>(row.int8(0, 1))};
}

}  // namespace sluice
