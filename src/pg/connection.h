// One session with a PostgreSQL server. Nothing here blocks without a deadline: libpq runs
// non-blocking and every wait polls the socket, the stop request and a Deadline. Callers see
// results or an Error (pg/sqlstate.h makes it).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/stop.h"

struct pg_result;

namespace sluice::pg {

class Session;

// A statement's values, sent as text; std::nullopt is NULL. Arrays and timestamps are written as
// their text form.
using Value = std::optional<std::string>;
using Params = std::vector<Value>;

// Text forms of arrays, quoted as array_in wants them: TextArray({"a","b\""}) -> {"a","b\""}
// escaped.
std::string TextArray(const std::vector<Value>& values);
std::string Int8Array(const std::vector<int64_t>& values);
// NULL where the text is empty.
Value OrNull(const std::string& text);
// bytea's hex text form.
std::string Bytea(std::string_view bytes);

class Result {
 public:
  explicit Result(pg_result* result) : result_(result) {}
  int rows() const;
  bool is_null(int row, int column) const;
  std::string_view text(int row, int column) const;  // lives as long as the Result; "" for NULL
  int64_t int8(int row, int column) const;           // REQUIRES: not NULL, an integer
  bool boolean(int row, int column) const;
  // Rows changed by INSERT, UPDATE, DELETE, COPY; 0 for others.
  uint64_t rows_changed() const;
  // The command's tag: "INSERT 0 5", "COMMIT"; lives as long as the Result.
  std::string_view command() const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

struct ConnectOptions {
  std::string url{};                                 // postgresql://... or a libpq keyword string
  std::string application_name{};                    // seen in pg_stat_activity: "sluice load 42"
  std::chrono::milliseconds connect_timeout{10000};  // 0: silence_max
  // How long the server may stay silent during a wait before the session counts as lost.
  std::chrono::milliseconds silence_max{300000};
  // SET on the session after connecting: name, value.
  std::vector<std::pair<std::string, std::string>> settings{};
  // Nothing is set on the session: for servers that speak the protocol and know few of PostgreSQL's
  // settings (Redshift).
  bool bare = false;
};

class Connection {
 public:
  // Connects with TCP keepalives and tcp_user_timeout set, client_encoding UTF8, and a search_path
  // of pg_catalog only. Errors: Scope::kRun; kLater when the server cannot be reached or is
  // starting; kNever for refusals (28xxx, 3D000).
  static Connection Open(const ConnectOptions& options, const Stop& stop);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();  // closes; an open transaction is rolled back by the server

  // Runs one statement with parameters and waits for its end.
  // Errors: the server's by sqlstate; a lost session is kLater, or kUncertain if `sql` is a COMMIT.
  // So a statement outside a transaction must bear repetition. A stop request cancels it and throws
  // "interrupted"; what ends a transaction is let through, so that nothing is left half done.
  Result Exec(const std::string& sql, const Params& params = {});
  // Runs statements without parameters, separated by semicolons (migrations, BEGIN; SET ...). The
  // last one's result.
  Result ExecScript(const std::string& sql);
  // Sends several statements at once and waits for all: one round trip (pipeline mode, one implicit
  // sync at the end). In an open transaction an error aborts the rest. Errors: the first
  // statement's that failed, Within its index.
  struct Statement {
    std::string sql;
    Params params;
  };
  std::vector<Result> ExecPipeline(std::span<const Statement> statements);

  // COPY ... FROM STDIN. Between BeginCopy and EndCopy or AbortCopy only PutCopy may be called.
  void BeginCopy(const std::string& copy_sql);
  // Sends data; large data goes in pieces, so libpq's own buffer stays small. Notices a server
  // error early and throws it.
  void PutCopy(std::string_view data);
  // Rows the server counted. Errors: the server's, with its CONTEXT "COPY t, line N" parsed into
  // copy_error_row().
  uint64_t EndCopy();
  // Ends the COPY on the server with an error so that the session can go on (ROLLBACK). Never
  // throws.
  void AbortCopy(std::string_view reason) noexcept;
  // After a failed COPY: the row (from 1) that the server blamed, if it named one.
  std::optional<uint64_t> copy_error_row() const;

  // COPY ... TO STDOUT. Until ReadCopy returns false only ReadCopy may be called; a session that is
  // left before can only be destroyed.
  void BeginCopyOut(const std::string& copy_sql);
  // Appends whole rows to `into`, of at least `bytes` together unless the COPY ends before; false
  // when it has ended. Errors: the server's.
  bool ReadCopy(std::string& into, size_t bytes);

  // Asks the server to cancel what runs (PQcancel); never throws.
  void Cancel() noexcept;
  // Another silence_max, for statements that take long by nature (building an index).
  void set_silence_max(std::chrono::milliseconds time);
  bool lost() const;  // the session is gone; only destruction helps
  bool in_transaction() const;
  int backend_pid() const;
  int server_version() const;  // 150018
  std::string QuoteIdentifier(std::string_view name) const;
  std::string QuoteLiteral(std::string_view text) const;
  std::string parameter(const char* name) const;  // PQparameterStatus

 private:
  explicit Connection(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
};

}  // namespace sluice::pg
