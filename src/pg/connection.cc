#include "pg/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>

#include "base/check.h"
#include "pg/session.h"
#include "pg/sqlstate.h"
#include "pg/statement_kind.h"

namespace sluice::pg {
namespace {

// The values as libpq takes them; points into `params`.
std::vector<const char*> Pointers(const Params& params) {
  std::vector<const char*> pointers;
  pointers.reserve(params.size());
  for (const Value& value : params) {
    // libpq would take the value to end there.
    if (value && value->find('\0') != std::string::npos) {
      throw FromSqlState("22021", "a value holds a NUL byte, which text in PostgreSQL cannot", "");
    }
    pointers.push_back(value ? value->c_str() : nullptr);
  }
  return pointers;
}

void Send(Session& session, const std::string& sql, const Params& params,
          const std::vector<const char*>& values) {
  session.Sent(PQsendQueryParams(session.conn(), sql.c_str(), static_cast<int>(params.size()),
                                 nullptr, values.data(), nullptr, nullptr, 0) == 1);
}

// What is small leaves in one piece, so that the server wakes up once. More is sent while the
// server answers, and reading meanwhile keeps the two from waiting for each other.
constexpr size_t kFlushBytes = 8192;

size_t SizeOf(const Connection::Statement& statement) {
  size_t bytes = statement.sql.size();
  for (const Value& value : statement.params) bytes += value ? value->size() : 0;
  return bytes;
}

// What was sent in a pipeline: one statement, or the preparing of it.
struct Step {
  size_t statement;
  bool prepares;
};

// Sends a statement, prepared if it came before; adds the steps to `steps`.
void SendInPipeline(Session& session, const Connection::Statement& statement,
                    const std::vector<const char*>& values, size_t number,
                    std::vector<Step>& steps) {
  auto [name, fresh] = session.statements.Of(statement.sql);
  if (fresh) {
    session.Sent(PQsendPrepare(session.conn(), name.c_str(), statement.sql.c_str(), 0, nullptr) ==
                 1);
    steps.push_back({number, true});
  }
  if (name.empty()) {
    Send(session, statement.sql, statement.params, values);
  } else {
    session.Sent(PQsendQueryPrepared(session.conn(), name.c_str(), static_cast<int>(values.size()),
                                     values.data(), nullptr, nullptr, 0) == 1);
  }
  steps.push_back({number, false});
}

std::string TakeQuoted(char* quoted) {
  if (!quoted) {
    throw FromSqlState("22021", "a name or text is not valid UTF-8, which PostgreSQL requires", "");
  }
  std::string text = quoted;
  PQfreemem(quoted);
  return text;
}

}  // namespace

Connection::Connection(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result Connection::Exec(const std::string& sql, const Params& params) {
  std::vector<const char*> values = Pointers(params);
  session_->BeginCall(KindOf(sql));
  Send(*session_, sql, params, values);
  return Result(session_->Drain().release());
}

Result Connection::ExecScript(const std::string& sql) {
  session_->BeginCall(KindOfScript(sql));
  session_->Sent(PQsendQuery(session_->conn(), sql.c_str()) == 1);
  return Result(session_->Drain().release());
}

std::vector<Result> Connection::ExecPipeline(std::span<const Statement> statements) {
  std::vector<std::vector<const char*>> values;
  Kind kind = Kind::kPlain;
  for (const Statement& statement : statements) {
    values.push_back(Pointers(statement.params));
    if (KindOf(statement.sql) == Kind::kCommitting) kind = Kind::kCommitting;
  }
  session_->BeginCall(kind);
  PGconn* conn = session_->conn();
  session_->Sent(PQenterPipelineMode(conn) == 1);
  std::vector<Step> steps;
  size_t queued = 0;
  for (size_t i = 0; i < statements.size(); ++i) {
    SendInPipeline(*session_, statements[i], values[i], i, steps);
    queued += SizeOf(statements[i]);
    if (queued < kFlushBytes) continue;
    session_->Flush();
    queued = 0;
  }
  session_->Sent(PQpipelineSync(conn) == 1);

  std::vector<Result> results;
  std::optional<Error> error;
  size_t at = 0;
  while (at <= steps.size()) {
    ResultHandle result = session_->Next();
    // A null ends one step's results; after a lost connection there are only nulls.
    if (!result) {
      ++at;
      continue;
    }
    ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) break;
    // A session may be lost as late as at the sync.
    Step step = at < steps.size() ? steps[at] : Step{statements.size(), false};
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      if (!step.prepares) results.emplace_back(result.release());
      continue;
    }
    if (step.prepares) session_->statements.Forget(statements[step.statement].sql);
    if (status != PGRES_PIPELINE_ABORTED && !error) {
      error = session_->ToError(result.get());
      error->Within(fmt::format("statement {} of {}", step.statement + 1, statements.size()));
    }
  }
  if (!session_->lost() && PQexitPipelineMode(conn) != 1) session_->Lose();
  if (session_->interrupted() && kind == Kind::kPlain) session_->ThrowInterrupted();
  if (error) throw *std::move(error);
  CHECK(results.size() == statements.size());
  return results;
}

void Connection::Cancel() noexcept { session_->Cancel(); }

void Connection::set_silence_max(std::chrono::milliseconds time) {
  session_->set_silence_max(time);
}

bool Connection::lost() const { return session_->lost(); }

bool Connection::in_transaction() const {
  PGTransactionStatusType status = PQtransactionStatus(session_->conn());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

int Connection::backend_pid() const { return PQbackendPID(session_->conn()); }

int Connection::server_version() const { return PQserverVersion(session_->conn()); }

std::string Connection::QuoteIdentifier(std::string_view name) const {
  return TakeQuoted(PQescapeIdentifier(session_->conn(), name.data(), name.size()));
}

std::string Connection::QuoteLiteral(std::string_view text) const {
  return TakeQuoted(PQescapeLiteral(session_->conn(), text.data(), text.size()));
}

std::string Connection::parameter(const char* name) const {
  const char* value = PQparameterStatus(session_->conn(), name);
  return value ? value : "";
}

}  // namespace sluice::pg
