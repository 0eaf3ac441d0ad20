// The libpq handle and the one place where a session waits. Private to this room: callers see
// pg/connection.h. The rule: every wait polls the socket, the stop request and the silence limit,
// and nothing else ever blocks.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/error.h"
#include "base/stop.h"
#include "pg/statement_names.h"

namespace sluice::pg {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

// What a statement means for a stop request and for a lost session.
enum class Kind {
  kPlain,       // a stop request cancels it; lost: it may be repeated
  kRollback,    // a stop request lets it end within a grace; lost: nothing is left to do
  kCommitting,  // likewise; lost: nobody knows whether it happened
};

class Session {
 public:
  struct Limits {
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds silence_max;
  };

  // Takes over a handle on which PQconnectStartParams has begun.
  Session(PGconn* conn, const Stop& stop, Limits limits);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  PGconn* conn() const { return conn_; }
  // Waits until the handshake has ended, one way or the other (PQstatus says which).
  // Errors: "interrupted"; 08001 after connect_timeout.
  void AwaitHandshake();

  // Starts a call: the silence limit counts from here.
  // Errors: the session is lost already (nothing was sent: kLater even for COMMIT); "interrupted".
  void BeginCall(Kind kind);
  // Goes on with a call of several steps (COPY): the silence limit counts anew, and a stop request
  // is noticed.
  void ContinueCall();
  void set_kind(Kind kind) { kind_ = kind; }

  // Checks what a libpq send function returned. Errors: the session is lost.
  void Sent(bool accepted);
  // Pushes out what libpq holds. False if the connection is gone; what the server said last can
  // still be read.
  bool Flush();
  // Reads what has arrived, without waiting.
  void Peek();
  // The next result of what was sent; null at the end of a statement's results.
  ResultHandle Next();
  // The last result, `first` or a later one, after all have been read. Errors: the first among
  // them; "interrupted".
  ResultHandle Drain(ResultHandle first);
  ResultHandle Drain() { return Drain(Next()); }
  // Appends the next row of a COPY TO STDOUT to `into`; false at its end, or when the server has
  // failed: Drain says which.
  bool NextCopyRow(std::string& into);

  // The Error for a failed result; marks the session lost where that is what it says.
  Error ToError(const PGresult* result);
  // The CONTEXT of the last error in this call; it may quote the record.
  const std::string& error_context() const { return error_context_; }
  // Closes the socket: the answer to protocol states from which there is no way back.
  void Lose();
  bool lost() const { return lost_ || PQstatus(conn_) == CONNECTION_BAD; }
  // A stop request came during this call, and the server was asked to cancel.
  bool interrupted() const { return interrupted_; }
  [[noreturn]] void ThrowInterrupted();

  // Asks the server to cancel what runs, and waits for connect_timeout at most.
  void Cancel() noexcept;
  void set_silence_max(std::chrono::milliseconds time) { limits_.silence_max = time; }

  // What copy.cc keeps between its calls.
  struct Copy {
    bool active = false;
    bool commits = false;        // outside a transaction, its end is a commit
    uint64_t reads_settled = 0;  // reads that notices explain
    uint64_t notices_settled = 0;
    uint64_t sent_in_doubt = 0;  // bytes sent since a read that nothing explains
    std::optional<uint64_t> error_row = std::nullopt;
  };
  Copy copy;
  StatementNames statements;

  // How often the socket had something to read, and how many notices came out of it.
  uint64_t reads() const { return reads_; }
  uint64_t notices() const { return notices_; }

 private:
  enum class Event { kInput, kOutput, kStop, kDeadline };
  Event Poll(short events, Deadline deadline, bool heed_stop);
  // Waits for the socket and reads what arrives. Errors: "server-silent".
  void Await(short events);
  void Interrupt();
  [[noreturn]] void ThrowSilent();
  Error LostError(std::string_view why);
  static void ReceiveNotice(void* session, const PGresult* notice);

  PGconn* conn_;
  const Stop& stop_;
  Limits limits_;
  Kind kind_ = Kind::kPlain;
  bool lost_ = false;
  bool interrupted_ = false;
  std::string error_context_;
  uint64_t reads_ = 0;
  uint64_t notices_ = 0;
  Deadline silence_ = Deadline::Unbounded();  // BeginCall sets it, every sign of life puts it off
  Deadline grace_ = Deadline::Unbounded();    // a stop request sets it
};

}  // namespace sluice::pg
