// COPY ... FROM STDIN.
//
// While it sends, libpq 15 reads nothing but notices: a server error waits in its buffer until the
// COPY is ended. So what the socket receives and no notice explains is taken for an error, and the
// COPY is ended to see it. It is ended by CopyFail, never by CopyDone, so that a wrong guess cannot
// store half of the data.
//
// What BeginCopy is given may have statements without rows around the COPY, such as a savepoint and
// its release, which then share its round trips.
#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "pg/connection.h"
#include "pg/session.h"

namespace sluice::pg {
namespace {

// One CopyData message: large enough that its header costs nothing, small enough for libpq's
// buffer.
constexpr size_t kPiece = size_t{64} << 10;
// How much is still sent after unexplained input: time for the rest of a notice to come.
constexpr uint64_t kDoubtMax = uint64_t{1} << 20;

// The N of "COPY patient, line N" or "COPY patient, line N, column id: ..."; the word is the
// server's language's.
std::optional<uint64_t> RowInContext(std::string_view context) {
  while (!context.empty()) {
    std::string_view line = context.substr(0, context.find('\n'));
    context.remove_prefix(std::min(context.size(), line.size() + 1));
    if (!line.starts_with("COPY ")) continue;
    for (size_t comma = line.find(", "); comma != std::string_view::npos;
         comma = line.find(", ", comma + 1)) {
      std::string_view rest = line.substr(comma + 2);
      size_t blank = rest.find(' ');
      if (blank == 0 || blank == std::string_view::npos) continue;
      const char* start = rest.data() + blank + 1;
      uint64_t row = 0;
      auto [end, error] = std::from_chars(start, rest.data() + rest.size(), row);
      if (error != std::errc()) continue;
      if (end == rest.data() + rest.size() || *end == ',' || *end == ':') return row;
    }
  }
  return std::nullopt;
}

// The rest of a COPY's answers; the rows that it counted, which is the first of them. Errors: the
// server's; copy_error_row is the row that it blames.
uint64_t DrainCopy(Session& session) {
  try {
    ResultHandle copied = session.Next();
    std::string_view digits = PQcmdTuples(copied.get());
    uint64_t rows = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), rows);
    session.Drain(std::move(copied));
    return rows;
  } catch (const Error&) {
    session.copy.error_row = RowInContext(session.error_context());
    throw;
  }
}

void SendCopyEnd(Session& session, const char* failure) {
  session.copy.active = false;
  // Where pushing out older data fails, libpq drops that data and refuses; the second call gets
  // through to the state in which the server's last words can be read.
  if (PQputCopyEnd(session.conn(), failure) != 1) PQputCopyEnd(session.conn(), failure);
}

// Throws the error that has ended the COPY on the server's side.
[[noreturn]] void FailCopy(Session& session) {
  SendCopyEnd(session, "ended by sluice");
  DrainCopy(session);
  // CopyFail is always answered by an error.
  session.Lose();
  throw Fault("copy-protocol", "the server did not answer the end of a COPY as it must")
      .With(Retry::kLater);
}

// Whether what the server has said can only be an error: see the head of this file.
bool ErrorSuspected(Session& session, size_t sent) {
  Session::Copy& copy = session.copy;
  session.Peek();
  PQisBusy(session.conn());  // lets libpq parse notices, and is called for nothing else
  if (session.notices() != copy.notices_settled) {
    copy.notices_settled = session.notices();
    copy.reads_settled = session.reads();
  }
  if (session.reads() == copy.reads_settled) {
    copy.sent_in_doubt = 0;
    return false;
  }
  copy.sent_in_doubt += sent;
  return copy.sent_in_doubt > kDoubtMax;
}

}  // namespace

void Connection::BeginCopy(const std::string& copy_sql) {
  Session& session = *session_;
  session.BeginCall(Kind::kPlain);
  bool commits = PQtransactionStatus(session.conn()) == PQTRANS_IDLE;
  session.Sent(PQsendQuery(session.conn(), copy_sql.c_str()) == 1);
  ResultHandle first = session.Next();
  while (PQresultStatus(first.get()) == PGRES_COMMAND_OK) first = session.Next();
  if (PQresultStatus(first.get()) != PGRES_COPY_IN) {
    session.copy = {};
    session.Drain(std::move(first));
    CHECK(false && "BeginCopy takes COPY ... FROM STDIN");
  }
  session.copy = {.active = true,
                  .commits = commits,
                  .reads_settled = session.reads(),
                  .notices_settled = session.notices()};
}

void Connection::PutCopy(std::string_view data) {
  Session& session = *session_;
  CHECK(session.copy.active);
  session.ContinueCall();
  while (!data.empty()) {
    std::string_view piece = data.substr(0, kPiece);
    data.remove_prefix(piece.size());
    // libpq's buffer is empty here, so it refuses only when the connection is gone.
    int taken = PQputCopyData(session.conn(), piece.data(), static_cast<int>(piece.size()));
    if (taken != 1 || !session.Flush() || session.interrupted() ||
        ErrorSuspected(session, piece.size())) {
      FailCopy(session);
    }
  }
}

uint64_t Connection::EndCopy() {
  Session& session = *session_;
  CHECK(session.copy.active);
  session.ContinueCall();
  if (session.interrupted()) FailCopy(session);
  if (session.copy.commits) session.set_kind(Kind::kCommitting);
  SendCopyEnd(session, nullptr);
  return DrainCopy(session);
}

void Connection::AbortCopy(std::string_view reason) noexcept try {
  Session& session = *session_;
  if (!session.copy.active || session.lost()) return;
  session.copy.active = false;
  session.BeginCall(Kind::kRollback);
  SendCopyEnd(session, std::string(reason).c_str());
  session.Drain();
} catch (const std::exception&) {
  // The server's answer to CopyFail is an error; and where the session is lost, lost() says so.
}

std::optional<uint64_t> Connection::copy_error_row() const { return session_->copy.error_row; }

}  // namespace sluice::pg
