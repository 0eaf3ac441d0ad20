#include "ledger/call.h"

#include <algorithm>
#include <array>

#include "ledger/call_sql.h"
#include "ledger/outbox_sql.h"
#include "ledger/planning.h"
#include "ledger/settle_failed.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

pg::Params EndParams(CallId call, const std::string& state, const std::string& result,
                     const Error* error) {
  pg::Params params = {std::to_string(call.value), state, pg::OrNull(result), pg::Value(),
                       pg::Value()};
  if (error != nullptr) {
    params[3] = error->code();
    params[4] = error->message();
  }
  return params;
}

pg::Connection::Statement BeginStatement(std::span<const NewCall> calls, bool asked) {
  std::vector<int64_t> jobs;
  std::vector<pg::Value> leases, etags, versions, subjects, tokens;
  for (const NewCall& call : calls) {
    jobs.push_back(call.job->id.value);
    leases.emplace_back(call.job->lease_token);
    etags.emplace_back(call.intent.etag);
    versions.emplace_back(call.intent.version);
    subjects.emplace_back(call.intent.subject);
    tokens.emplace_back(call.intent.token);
  }
  return {
      sql::kBeginCalls,
      {pg::Int8Array(jobs), pg::TextArray(leases), pg::TextArray(etags), pg::TextArray(versions),
       pg::TextArray(subjects), pg::TextArray(tokens), std::string(asked ? "true" : "false")}};
}

std::map<std::string, uint64_t> Tally(pg::Connection& connection, const char* sql,
                                      ImportId import) {
  pg::Result rows = connection.Exec(sql, {std::to_string(import.value)});
  std::map<std::string, uint64_t> tally;
  for (int row = 0; row < rows.rows(); ++row) {
    tally[std::string(rows.text(row, 0))] = static_cast<uint64_t>(rows.int8(row, 1));
  }
  return tally;
}

}  // namespace

Told FindTold(pg::Connection& connection, const Job& job) {
  const ObjectRef& ref = job.object.ref;
  Told told{.receipt = FindCurrentReceipt(connection, job), .open = {}};
  pg::Result rows = connection.Exec(
      sql::kOpenCall, {job.target, ref.store, ref.bucket, ref.key, std::to_string(job.id.value)});
  if (rows.rows() == 0) return told;
  OpenCall& call = told.open.emplace();
  call.id = {rows.int8(0, 0)};
  call.put_off = rows.text(0, 1) == "later";
  call.intent.token = rows.text(0, 2);
  call.intent.subject = rows.text(0, 3);
  call.intent.etag = rows.text(0, 4);
  call.under_way = !call.put_off && rows.boolean(0, 5);
  return told;
}

std::vector<std::optional<CallId>> BeginCalls(pg::Connection& connection,
                                              std::span<const NewCall> calls) {
  // A transaction of its own, in one round trip.
  const pg::Connection::Statement statements[] = {
      {calls.size() > 1 ? sql::kDurablyGivingWay : sql::kDurably, {}},
      {sql::kByTheirKeys, {}},
      BeginStatement(calls, false)};
  pg::Result begun = std::move(connection.ExecPipeline(statements)[2]);
  std::map<int64_t, CallId> by_job;
  for (int row = 0; row < begun.rows(); ++row) by_job[begun.int8(row, 1)] = {begun.int8(row, 0)};
  std::vector<std::optional<CallId>> ids;
  for (const NewCall& call : calls) {
    auto found = by_job.find(call.job->id.value);
    ids.push_back(found == by_job.end() ? std::nullopt : std::optional(found->second));
  }
  return ids;
}

std::optional<CallId> BeginCall(pg::Connection& connection, const NewCall& call, CallId instead_of,
                                const std::string& as) {
  pg::Transaction tx(connection, sql::kDurably);
  if (instead_of) connection.Exec(sql::kEndCall, EndParams(instead_of, as, "", nullptr));
  pg::Connection::Statement begin = BeginStatement({&call, 1}, true);
  pg::Result begun = ExecPlanned(connection, sql::kByTheirKeys, begin);
  if (begun.rows() == 0) return std::nullopt;
  tx.Commit();
  return CallId{begun.int8(0, 0)};
}

bool SettleCallsDone(pg::Connection& connection, std::span<const DoneCall> calls, uint32_t relation,
                     const Disposition& disposition) {
  std::vector<int64_t> jobs, ids;
  std::vector<pg::Value> leases, etags, results;
  std::vector<pg::Connection::Statement> statements = {{sql::kByTheirKeys, {}}, {}, {}};
  for (const DoneCall& done : calls) {
    jobs.push_back(done.job->id.value);
    ids.push_back(done.call.value);
    leases.emplace_back(done.job->lease_token);
    etags.emplace_back(done.etag);
    results.push_back(pg::OrNull(done.result));
    if (disposition.notices) {
      statements.push_back(
          {sql::kPostFollowing, {std::to_string(done.job->id.value), "done", done.etag}});
    }
  }
  statements[1] = {sql::kSupersedeTold, {pg::Int8Array(jobs), pg::TextArray(etags)}};
  statements[2] = {sql::kSettleCallsDone,
                   {pg::Int8Array(jobs), pg::TextArray(leases), pg::Int8Array(ids),
                    pg::TextArray(etags), pg::TextArray(results), std::to_string(relation),
                    pg::OrNull(disposition.kind), pg::OrNull(disposition.argument)}};
  pg::Transaction tx(connection, calls.size() > 1 ? sql::kDurablyGivingWay : sql::kDurably);
  if (connection.ExecPipeline(statements)[2].rows_changed() != calls.size()) return false;
  tx.Commit();
  return true;
}

bool SettleCallDone(pg::Connection& connection, const DoneCall& call, uint32_t relation,
                    const Disposition& disposition) {
  if (SettleCallsDone(connection, {&call, 1}, relation, disposition)) return true;
  // The receipt of this very version is there already (it was told of twice, and knows it), or the
  // lease is lost.
  pg::Transaction tx(connection, sql::kDurably);
  std::optional<CurrentReceipt> current = FindCurrentReceipt(connection, *call.job);
  if (!current || current->etag != call.etag) return false;
  connection.Exec(sql::kEndCall, EndParams(call.call, "done", call.result, nullptr));
  tx.Commit();
  return SettleSkipped(connection, *call.job, "already-loaded", current->id, disposition);
}

bool SettleCallFailed(pg::Connection& connection, const Job& job, CallId call,
                      const std::string& state, const Error& error,
                      std::optional<std::chrono::milliseconds> pause) {
  pg::Transaction tx(connection, sql::kDurably);
  connection.Exec(sql::kEndCall, EndParams(call, state, "", &error));
  if (!SettleFailedWithin(tx, job, {.error = error}, pause)) return false;
  tx.Commit();
  return true;
}

bool SettleCallLater(pg::Connection& connection, const Job& job, CallId call, const Error& error,
                     std::chrono::milliseconds pause) {
  pg::Transaction tx(connection, sql::kDurably);
  connection.Exec(sql::kEndCall, EndParams(call, "later", "", &error));
  if (!GiveBackLater(connection, job, pause)) return false;
  tx.Commit();
  return true;
}

bool OthersWentThrough(pg::Connection& connection, const Job& job) {
  return connection
      .Exec(sql::kOthersWentThrough,
            {std::to_string(job.import.value), std::to_string(job.id.value)})
      .boolean(0, 0);
}

uint32_t CallRelation(pg::Connection& connection) {
  return static_cast<uint32_t>(connection.Exec(sql::kCallRelation).int8(0, 0));
}

std::vector<CallRow> ListCalls(pg::Connection& connection, const CallFilter& filter, CallId before,
                               int limit) {
  auto number = [](int64_t id) { return id == 0 ? pg::Value() : pg::Value(std::to_string(id)); };
  pg::Result rows = connection.Exec(
      sql::kListCalls, {number(filter.import.value), pg::OrNull(filter.subject),
                        pg::OrNull(filter.object.bucket), pg::OrNull(filter.object.key),
                        pg::OrNull(filter.state), number(before.value), std::to_string(limit)});
  std::vector<CallRow> calls;
  for (int row = 0; row < rows.rows(); ++row) {
    int column = 0;
    auto text = [&] { return std::string(rows.text(row, column++)); };
    CallRow call;
    call.id = {rows.int8(row, column++)};
    call.import = {rows.int8(row, column++)};
    call.job = {rows.int8(row, column++)};
    call.object = {text(), text(), text(), text()};
    for (std::string* field :
         {&call.version, &call.subject, &call.state, &call.result, &call.error_code,
          &call.error_message, &call.sent_at, &call.ended_at}) {
      *field = text();
    }
    calls.push_back(std::move(call));
  }
  return calls;
}

bool IsCallState(std::string_view word) {
  constexpr std::array<std::string_view, 7> kStates = {"sent",      "done",   "later",   "refused",
                                                       "uncertain", "absent", "repeated"};
  return std::ranges::find(kStates, word) != kStates.end();
}

std::map<std::string, uint64_t> TallyCalls(pg::Connection& connection, ImportId import) {
  return Tally(connection, sql::kTallyCalls, import);
}

std::map<std::string, uint64_t> TallyReasons(pg::Connection& connection, ImportId import) {
  return Tally(connection, sql::kTallyReasons, import);
}

}  // namespace sluice
