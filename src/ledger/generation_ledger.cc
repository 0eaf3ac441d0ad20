#include "ledger/generation_ledger.h"

#include "ledger/generation_sql.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

std::string Text(int64_t number) { return std::to_string(number); }

}  // namespace

std::string ShadowTarget(const std::string& target, int64_t generation) {
  return target + "@" + Text(generation);
}

void LockTarget(pg::Connection& connection, const std::string& target) {
  connection.Exec(sql::kLockTarget, {target});
}

std::optional<Generation> OpenGeneration(pg::Connection& connection, const std::string& target) {
  pg::Result rows =
      connection.Exec(sql::kOpenGeneration, {target, std::to_string(kWorkerLiveSeconds)});
  if (rows.rows() == 0) return std::nullopt;
  return Generation{rows.int8(0, 0), ImportId{rows.int8(0, 1)}, std::string(rows.text(0, 2)),
                    rows.boolean(0, 3)};
}

bool LastGenerationIsDone(pg::Connection& connection, const std::string& target, ImportId import) {
  return connection.Exec(sql::kLastIsDone, {target, Text(import.value)}).boolean(0, 0);
}

uint64_t CountCurrentReceipts(pg::Connection& connection, const std::string& target) {
  return static_cast<uint64_t>(connection.Exec(sql::kCountCurrent, {target}).int8(0, 0));
}

int64_t MakeGeneration(pg::Connection& connection, const std::string& target, ImportId import) {
  return connection.Exec(sql::kMakeGeneration, {Text(import.value), target}).int8(0, 0);
}

void SetShadow(pg::Connection& connection, int64_t generation, const std::string& shadow) {
  connection.Exec(sql::kSetShadow, {Text(generation), shadow});
}

void EndGeneration(pg::Connection& connection, int64_t generation, bool done) {
  connection.Exec(sql::kEndGeneration,
                  {Text(generation), std::string(done ? "done" : "abandoned")});
}

void SupersedeTarget(pg::Connection& connection, const std::string& target) {
  connection.Exec(sql::kSupersedeTarget, {target});
}

void Promote(pg::Connection& connection, const std::string& target, int64_t generation,
             uint32_t relation) {
  SupersedeTarget(connection, target);
  std::string aside = ShadowTarget(target, generation);
  connection.Exec(sql::kPromoteReceipts, {aside, target, std::to_string(relation)});
  connection.Exec(sql::kPromoteJobs, {aside, target});
}

bool ImportIsWhole(pg::Connection& connection, ImportId import) {
  return connection.Exec(sql::kImportIsWhole, {Text(import.value)}).boolean(0, 0);
}

}  // namespace sluice
