// Connection::Open: from a URL to a session whose settings are ours, whatever the role's and
// database's defaults are.
#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include "pg/connection.h"
#include "pg/session.h"
#include "pg/sqlstate.h"

namespace sluice::pg {
namespace {

// Client and server probe a silent peer after 30 s and give it up after 60 s: a vanished host or a
// vanished worker is noticed by both within a minute and a half.
constexpr const char* kKeepalivesIdle = "30";
constexpr const char* kKeepalivesInterval = "10";
constexpr const char* kKeepalivesCount = "3";
constexpr const char* kTcpUserTimeoutMs = "60000";
// How often the server looks, while it runs a statement, whether the client is still there (from
// PostgreSQL 14).
constexpr const char* kClientCheckInterval = "10s";

// What follows would put the URL, with its password, into libpq's or the server's message.
void RefuseUnreadable(const std::string& url) {
  bool uri = url.starts_with("postgresql://") || url.starts_with("postgres://");
  bool readable =
      uri || (url.find('=') != std::string::npos && url.find("://") == std::string::npos);
  if (uri) {
    size_t start = url.find("://") + 3;
    std::string authority = url.substr(start, url.find_first_of("/?", start) - start);
    readable = std::ranges::count(authority, '@') <= 1;
  }
  if (readable) {
    char* reason = nullptr;
    PQconninfoOption* options = PQconninfoParse(url.c_str(), &reason);
    readable = options != nullptr;
    PQconninfoFree(options);
    PQfreemem(reason);
  }
  if (readable) return;
  throw Fault("url-unreadable",
              "the database URL cannot be read (not shown: it may hold a password)")
      .With(Scope::kRun)
      .Remedy(
          "Write postgresql://USER@HOST:PORT/DATABASE; in a password, @ is %40, / is %2F, % is "
          "%25.");
}

struct Refusal {
  std::string sqlstate;  // empty: the server was not reached
  std::string message;
};

// Takes libpq's text apart. A failed handshake has no result object, so the SQLSTATE is found in
// the text, where PQERRORS_VERBOSE puts it: "... failed: FATAL:  3D000: database "x" does not
// exist\nLOCATION: ...".
Refusal ReadRefusal(std::string_view text) {
  Refusal refusal;
  while (!text.empty()) {
    std::string line(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.empty() || line.starts_with("LOCATION:")) continue;
    for (size_t at = line.find(":  "); at != std::string::npos; at = line.find(":  ", at + 1)) {
      auto code = std::string_view(line).substr(at + 3, 5);
      bool is_code = code.size() == 5 && line.compare(at + 8, 2, ": ") == 0 &&
                     std::ranges::all_of(
                         code, [](unsigned char c) { return std::isdigit(c) || std::isupper(c); });
      if (!is_code) continue;
      refusal.sqlstate = code;
      line.erase(at + 3, 7);
      break;
    }
    if (!refusal.message.empty()) refusal.message += "; ";
    refusal.message += line;
  }
  return refusal;
}

Error ConnectError(PGconn* conn) {
  Refusal refusal = ReadRefusal(PQerrorMessage(conn));
  // A missing password never reaches the server, so libpq refuses in its place.
  if (refusal.sqlstate.empty() && PQconnectionNeedsPassword(conn)) refusal.sqlstate = "28P01";
  if (!refusal.sqlstate.empty()) {
    return FromSqlState(refusal.sqlstate, "cannot connect to PostgreSQL: " + refusal.message, "")
        .With(Scope::kRun);
  }
  // No address, no listener, no route; or a TLS that will not do, which no repetition mends.
  bool tls = refusal.message.find("certificate") != std::string::npos ||
             refusal.message.find("does not support SSL") != std::string::npos;
  return Error(Origin::kPostgres, "08001", "cannot connect to PostgreSQL: " + refusal.message)
      .With(tls ? Retry::kNever : Retry::kLater)
      .With(Scope::kRun)
      .Remedy(tls ? "Check sslmode and sslrootcert in the URL." : Judge("08001").remedy);
}

PGconn* Start(const ConnectOptions& options) {
  // In the order of precedence: what stands before dbname gives way to the URL, what follows
  // overrides it.
  const std::array<std::pair<const char*, const char*>, 9> keywords{{
      {"keepalives_idle", kKeepalivesIdle},
      {"keepalives_interval", kKeepalivesInterval},
      {"keepalives_count", kKeepalivesCount},
      {"tcp_user_timeout", kTcpUserTimeoutMs},
      {"fallback_application_name", "sluice"},
      {"dbname", options.url.c_str()},
      {"client_encoding", "UTF8"},
      {options.application_name.empty() ? nullptr : "application_name",
       options.application_name.c_str()},
      {nullptr, nullptr},
  }};
  std::array<const char*, keywords.size()> names{};
  std::array<const char*, keywords.size()> values{};
  for (size_t i = 0; i < keywords.size(); ++i) {
    names[i] = keywords[i].first;
    values[i] = keywords[i].second;
  }
  return PQconnectStartParams(names.data(), values.data(), /*expand_dbname=*/1);
}

std::vector<Connection::Statement> SessionSettings(const ConnectOptions& options, int version) {
  std::vector<std::pair<std::string, std::string>> settings = {
      // Every name in our SQL is qualified, so nobody's schema can slip an operator or table in.
      {"search_path", "pg_catalog"},
      // The text forms that this room and its callers read and write.
      {"standard_conforming_strings", "on"},
      {"bytea_output", "hex"},
      {"DateStyle", "ISO"},
      {"TimeZone", "UTC"},
      // What receipts, leases and SKIP LOCKED are reasoned about with.
      {"default_transaction_isolation", "read committed"},
      {"client_min_messages", "warning"},
      {"tcp_keepalives_idle", kKeepalivesIdle},
      {"tcp_keepalives_interval", kKeepalivesInterval},
      {"tcp_keepalives_count", kKeepalivesCount},
      {"tcp_user_timeout", kTcpUserTimeoutMs},
  };
  if (version >= 140000)
    settings.emplace_back("client_connection_check_interval", kClientCheckInterval);
  settings.insert(settings.end(), options.settings.begin(), options.settings.end());
  std::vector<Connection::Statement> statements;
  for (auto& [name, value] : settings) {
    statements.push_back(
        {"SELECT pg_catalog.set_config($1, $2, false)", {std::move(name), std::move(value)}});
  }
  return statements;
}

}  // namespace

Connection Connection::Open(const ConnectOptions& options, const Stop& stop) {
  stop.ThrowIfRequested();
  RefuseUnreadable(options.url);
  PGconn* conn = Start(options);
  if (!conn) throw std::bad_alloc();
  // Zero is the caller's "no limit of mine"; some limit there must be.
  bool limited = options.connect_timeout.count() > 0;
  Session::Limits limits{limited ? options.connect_timeout : options.silence_max,
                         options.silence_max};
  Connection connection(std::make_unique<Session>(conn, stop, limits));
  PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
  if (PQstatus(conn) != CONNECTION_BAD) connection.session_->AwaitHandshake();
  if (PQstatus(conn) != CONNECTION_OK) throw ConnectError(conn);
  PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
  if (PQsetnonblocking(conn, 1) != 0) throw ConnectError(conn);
  if (options.bare) return connection;
  try {
    connection.ExecPipeline(SessionSettings(options, connection.server_version()));
  } catch (Error& error) {
    error.With(Scope::kRun).Within("setting up the session");
    throw;
  }
  return connection;
}

}  // namespace sluice::pg
