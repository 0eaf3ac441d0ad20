// COPY ... TO STDOUT.
#include <libpq-fe.h>

#include "base/check.h"
#include "pg/connection.h"
#include "pg/session.h"

namespace sluice::pg {

void Connection::BeginCopyOut(const std::string& copy_sql) {
  Session& session = *session_;
  session.BeginCall(Kind::kPlain);
  session.Sent(PQsendQuery(session.conn(), copy_sql.c_str()) == 1);
  ResultHandle first = session.Next();
  if (PQresultStatus(first.get()) == PGRES_COPY_OUT) return;
  session.Drain(std::move(first));
  CHECK(false && "BeginCopyOut takes COPY ... TO STDOUT");
}

bool Connection::ReadCopy(std::string& into, size_t bytes) {
  Session& session = *session_;
  session.ContinueCall();
  for (const size_t end = into.size() + bytes; into.size() < end;) {
    if (session.NextCopyRow(into)) continue;
    session.Drain();
    return false;
  }
  return true;
}

}  // namespace sluice::pg
