#include "pg/session.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "pg/sqlstate.h"

namespace sluice::pg {
namespace {

// How long the server may take to answer after a stop request: cancelling and committing are quick
// or hopeless.
constexpr std::chrono::milliseconds kGrace{5000};

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

std::string_view Field(const PGresult* result, int code) {
  const char* field = PQresultErrorField(result, code);
  return field ? field : "";
}

}  // namespace

Session::Session(PGconn* conn, const Stop& stop, Limits limits)
    : conn_(conn), stop_(stop), limits_(limits) {
  PQsetNoticeReceiver(conn_, ReceiveNotice, this);
}

// PQfinish says goodbye without waiting, since the handle is non-blocking.
Session::~Session() { PQfinish(conn_); }

void Session::ReceiveNotice(void* session, const PGresult* notice) {
  ++static_cast<Session*>(session)->notices_;
  if (GetLogLevel() < LogLevel::kDebug) return;
  std::string_view sqlstate = Field(notice, PG_DIAG_SQLSTATE);
  // What code in the database raises (RAISE NOTICE, RAISE WARNING) may hold record contents.
  bool raised = sqlstate == "00000" || sqlstate == "01000" || sqlstate.starts_with("P0");
  std::string_view message = raised ? "(text withheld)" : Field(notice, PG_DIAG_MESSAGE_PRIMARY);
  Log(LogLevel::kDebug, fmt::format("postgres notice {}: {}", sqlstate, message));
}

void Session::AwaitHandshake() {
  Deadline deadline = Deadline::After(limits_.connect_timeout);
  // The first step is to wait until the socket can be written: libpq's rule for PQconnectPoll.
  PostgresPollingStatusType step = PGRES_POLLING_WRITING;
  while (step != PGRES_POLLING_OK && step != PGRES_POLLING_FAILED) {
    switch (Poll(step == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline, true)) {
      case Event::kInput:
      case Event::kOutput:
        step = PQconnectPoll(conn_);
        break;
      case Event::kStop:
        stop_.ThrowIfRequested();
        break;
      case Event::kDeadline:
        throw Error(Origin::kPostgres, "08001",
                    fmt::format("cannot connect to PostgreSQL: no answer within {} ms",
                                limits_.connect_timeout.count()))
            .With(Retry::kLater)
            .With(Scope::kRun);
    }
  }
}

void Session::BeginCall(Kind kind) {
  kind_ = Kind::kPlain;
  if (lost()) throw LostError("the session had ended before");
  CHECK(!copy.active);
  if (kind == Kind::kPlain) stop_.ThrowIfRequested();
  kind_ = kind;
  error_context_.clear();
  interrupted_ = false;
  silence_ = Deadline::After(limits_.silence_max);
  grace_ = Deadline::Unbounded();
}

void Session::ContinueCall() {
  silence_ = Deadline::After(limits_.silence_max);
  if (stop_.requested() && !interrupted_) Interrupt();
}

void Session::Sent(bool accepted) {
  if (accepted) return;
  std::string why = FirstLine(PQerrorMessage(conn_));
  Lose();
  throw LostError(why);
}

bool Session::Flush() {
  for (;;) {
    int unflushed = PQflush(conn_);
    if (unflushed != 1) return unflushed == 0 && !lost();
    Await(POLLIN | POLLOUT);
  }
}

void Session::Peek() {
  if (Poll(POLLIN, Deadline::After(std::chrono::milliseconds(0)), false) != Event::kInput) return;
  ++reads_;
  PQconsumeInput(conn_);
}

ResultHandle Session::Next() {
  for (;;) {
    // A failed flush is no verdict: the server may have said why before it closed, so reading goes
    // on.
    int unflushed = PQflush(conn_);
    if (!PQisBusy(conn_)) return ResultHandle(PQgetResult(conn_));
    Await(unflushed == 1 ? POLLIN | POLLOUT : POLLIN);
  }
}

bool Session::NextCopyRow(std::string& into) {
  for (;;) {
    char* row = nullptr;
    int size = PQgetCopyData(conn_, &row, /*async=*/1);
    if (size > 0) {
      std::unique_ptr<char, void (*)(void*)> owned(row, PQfreemem);
      into.append(row, static_cast<size_t>(size));
      return true;
    }
    // A lost connection has nothing more to give; what Drain then reads says so.
    if (size < 0 || PQstatus(conn_) == CONNECTION_BAD) return false;
    Await(POLLIN);
  }
}

ResultHandle Session::Drain(ResultHandle first) {
  ResultHandle last;
  std::optional<Error> error;
  for (ResultHandle result = std::move(first); result; result = Next()) {
    ExecStatusType status = PQresultStatus(result.get());
    // COPY goes through BeginCopy; here PQgetResult would repeat itself for ever.
    CHECK(status != PGRES_COPY_IN && status != PGRES_COPY_OUT && status != PGRES_COPY_BOTH);
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      if (!error) error = ToError(result.get());
    } else {
      last = std::move(result);
    }
  }
  if (interrupted_ && kind_ == Kind::kPlain) ThrowInterrupted();
  if (error) throw *std::move(error);
  CHECK(last != nullptr);
  return last;
}

Session::Event Session::Poll(short events, Deadline deadline, bool heed_stop) {
  // A negative descriptor is one that poll(2) passes over. A lost session's socket is -1 and never
  // ready, but then libpq is not busy and nobody waits.
  pollfd wait[2] = {{PQsocket(conn_), events, 0}, {heed_stop ? stop_.fd() : -1, POLLIN, 0}};
  for (;;) {
    int ready = poll(wait, 2, static_cast<int>(deadline.left().count()));
    CHECK(ready >= 0 || errno == EINTR);
    if (ready < 0) continue;
    if (wait[1].revents != 0) return Event::kStop;
    // Errors and a closed peer are input too: reading finds out which.
    if (wait[0].revents != 0) return wait[0].revents == POLLOUT ? Event::kOutput : Event::kInput;
    if (deadline.passed()) return Event::kDeadline;
  }
}

void Session::Await(short events) {
  switch (Poll(events, silence_.Earlier(grace_), !interrupted_)) {
    case Event::kInput:
      ++reads_;
      // When this fails, the connection is gone, and the results that follow say so.
      PQconsumeInput(conn_);
      [[fallthrough]];
    case Event::kOutput:
      // Bytes came, or the kernel has room again because the server took earlier ones: it is alive.
      silence_ = Deadline::After(limits_.silence_max);
      return;
    case Event::kStop:
      return Interrupt();
    case Event::kDeadline:
      ThrowSilent();
  }
}

void Session::Interrupt() {
  interrupted_ = true;
  if (kind_ == Kind::kPlain) Cancel();
  grace_ = Deadline::After(kGrace);
}

void Session::ThrowInterrupted() {
  stop_.ThrowIfRequested();
  CHECK(false && "interrupted without a stop request");
  std::abort();
}

void Session::ThrowSilent() {
  Lose();
  if (interrupted_ && kind_ == Kind::kPlain) ThrowInterrupted();
  auto waited = interrupted_ ? kGrace : limits_.silence_max;
  throw Fault("server-silent", fmt::format("PostgreSQL has said nothing for {} s",
                                           std::chrono::ceil<std::chrono::seconds>(waited).count()))
      .With(kind_ == Kind::kCommitting ? Retry::kUncertain : Retry::kLater)
      .With(Scope::kRun)
      .Remedy("See whether the server and the network between are well.");
}

Error Session::LostError(std::string_view why) {
  return Error(Origin::kPostgres, "08006", fmt::format("the session was lost: {}", why))
      .With(kind_ == Kind::kCommitting ? Retry::kUncertain : Retry::kLater)
      .With(Scope::kRun)
      .Remedy(Judge("08006").remedy);
}

Error Session::ToError(const PGresult* result) {
  std::string_view sqlstate = Field(result, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) {
    // libpq's own: nearly always that the connection is gone. Without a state to trust, the session
    // ends.
    std::string why = FirstLine(PQresultErrorMessage(result));
    Lose();
    return LostError(why);
  }
  Error error = FromSqlState(sqlstate, std::string(Field(result, PG_DIAG_MESSAGE_PRIMARY)),
                             std::string(Field(result, PG_DIAG_MESSAGE_DETAIL)));
  error_context_ = Field(result, PG_DIAG_CONTEXT);
  std::string_view severity = Field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == "FATAL" || severity == "PANIC") {
    Lose();
    // The backend may have been told to go after its commit was done and before it said so.
    if (kind_ == Kind::kCommitting) error.With(Retry::kUncertain);
  }
  return error;
}

void Session::Lose() {
  lost_ = true;
  // Whatever is still unread or unsent is worthless now; so PQfinish has nothing to wait for.
  if (PQsocket(conn_) >= 0) shutdown(PQsocket(conn_), SHUT_RDWR);
}

void Session::Cancel() noexcept try {
  std::shared_ptr<PGcancel> request(PQgetCancel(conn_), PQfreeCancel);
  if (!request) return;
  // PQcancel blocks without a limit when the server's host accepts and says nothing, so it runs
  // aside. The thread owns all that it touches and may outlive this session.
  auto answered = std::make_shared<std::promise<void>>();
  std::future<void> answer = answered->get_future();
  std::thread([request, answered] {
    char reason[256];
    PQcancel(request.get(), reason, sizeof reason);
    answered->set_value();
  }).detach();
  answer.wait_for(limits_.connect_timeout);
} catch (const std::exception& error) {
  // No thread to be had: the silence limit ends the wait instead.
  Log(LogLevel::kWarning, "cannot ask PostgreSQL to cancel: no thread");
}

}  // namespace sluice::pg
