#include "pg/sqlstate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace sluice::pg {
namespace {

struct Entry {
  std::string_view code;  // five characters, or the class: two
  Verdict verdict;
};

constexpr Retry kNever = Retry::kNever;
constexpr Retry kLater = Retry::kLater;
constexpr Retry kUncertain = Retry::kUncertain;
constexpr Scope kRecord = Scope::kRecord;
constexpr Scope kObject = Scope::kObject;
constexpr Scope kRun = Scope::kRun;

constexpr const char* kReach = "See whether the server runs and can be reached, then run again.";
constexpr const char* kSchema =
    "The tables are not those that sluice made or checked: see `sluice doctor`.";
constexpr const char* kDamage = "The server found damaged data: see its log and its disks first.";

// Meanings: https://www.postgresql.org/docs/15/errcodes-appendix.html. In the order of the codes.
constexpr Entry kEntries[] = {
    {"08", {kLater, kRun, kReach}},
    {"08007", {kUncertain, kRun, kReach}},
    {"08P01", {kNever, kObject, "This is a fault of sluice: please report it."}},
    {"0A", {kNever, kRun, ""}},
    {"21000", {kNever, kObject, "Two records of the object have one key: see --on-duplicate."}},
    {"22", {kNever, kRecord, "Correct the record, or leave it out."}},
    {"22023", {kNever, kRun, "A setting has a value that the server does not accept."}},
    {"23",
     {kNever, kRecord,
      "The record breaks a constraint of the table: correct it, or leave it out."}},
    {"25", {kNever, kObject, ""}},
    {"25006", {kLater, kRun, "The server is read-only (a standby?): name the primary in the URL."}},
    {"25P03", {kLater, kObject, "Raise idle_in_transaction_session_timeout for sluice's role."}},
    {"28", {kNever, kRun, "Check the user and password in the URL, and the server's pg_hba.conf."}},
    {"2BP01", {kNever, kObject, "Something else in the database depends on it: see the message."}},
    {"3D000", {kNever, kRun, "Create the database, or correct its name in the URL."}},
    {"3F000", {kNever, kRun, kSchema}},
    {"40", {kLater, kObject, ""}},
    {"40002", {kNever, kObject, "A deferred constraint refused the object's rows."}},
    {"40003", {kUncertain, kObject, ""}},
    {"42", {kNever, kRun, kSchema}},
    {"42501",
     {kNever, kRun, "Grant the role what doc/reference/permissions.md lists for this command."}},
    {"44000", {kNever, kRecord, "The record breaks a view's WITH CHECK OPTION."}},
    {"53", {kLater, kRun, ""}},
    {"53100", {kLater, kRun, "The server's disk is full: free some space, then run again."}},
    {"53200", {kLater, kObject, "The server is short of memory: lower work_mem or --threads."}},
    {"53300", {kLater, kRun, "Raise the server's max_connections, or lower --threads."}},
    {"53400",
     {kNever, kObject, "A limit of the server's configuration (temp_file_limit?) is in the way."}},
    {"54", {kNever, kRecord, "The record is too large or too deep for the server."}},
    {"54011", {kNever, kRun, ""}},
    {"55", {kNever, kObject, ""}},
    {"55006", {kLater, kObject, ""}},
    {"55P02", {kNever, kRun, ""}},
    {"55P03", {kLater, kObject, "Another session holds a lock that is needed: see pg_locks."}},
    {"57", {kLater, kRun, ""}},
    {"57014", {kLater, kObject, "Someone, or statement_timeout, cancelled the statement."}},
    {"57P01", {kLater, kRun, "An administrator ended the session or stopped the server."}},
    {"57P02", {kLater, kRun, "The server crashed and restarts: see its log."}},
    {"57P03", {kLater, kRun, "The server is starting, stopping or recovering: wait."}},
    {"57P04", {kNever, kRun, "The database was dropped."}},
    {"57P05", {kLater, kRun, "Raise idle_session_timeout for sluice's role."}},
    {"58", {kLater, kRun, "The server cannot read or write its files: see its log and disks."}},
    {"58P01", {kNever, kRun, kDamage}},
    {"58P02", {kNever, kRun, kDamage}},
    {"72000", {kLater, kObject, ""}},
    {"F0", {kNever, kRun, "The server's configuration file has an error: see its log."}},
    {"P0", {kNever, kRecord, "A trigger or function in the database refused the record."}},
    {"XX", {kLater, kObject, "An error inside the server: see its log."}},
    {"XX001", {kNever, kRun, kDamage}},
    {"XX002", {kNever, kRun, kDamage}},
};

constexpr bool InOrder() {
  for (size_t i = 1; i < std::size(kEntries); ++i) {
    if (!(kEntries[i - 1].code < kEntries[i].code)) return false;
  }
  return true;
}
static_assert(InOrder());

const Entry* Find(std::string_view code) {
  const Entry* entry = std::ranges::lower_bound(kEntries, code, {}, &Entry::code);
  return entry != std::end(kEntries) && entry->code == code ? entry : nullptr;
}

// The codes whose primary message repeats a value of the record, as in: invalid input syntax for
// type date: "Bob".
bool QuotesTheValue(std::string_view sqlstate) {
  constexpr std::array<std::string_view, 5> kQuoting = {"22003", "22007", "22008", "22P02",
                                                        "22P03"};
  return std::ranges::find(kQuoting, sqlstate) != kQuoting.end() || sqlstate.starts_with("P0");
}

// `message` without what may be the record's: all from the first quotation mark to the last, which
// it may contain.
std::string WithoutValue(std::string_view sqlstate, const std::string& message) {
  if (sqlstate.starts_with("P0")) return "a trigger or function in the database raised an error";
  size_t first = message.find('"');
  size_t last = message.rfind('"');
  if (first == std::string::npos || first == last) return message;
  return message.substr(0, first) + "\"...\"" + message.substr(last + 1);
}

// "permission denied for table patient" -> the GRANT that would help. Other languages get the
// general remedy.
std::string GrantRemedy(std::string_view message) {
  struct Denied {
    std::string_view kind, grant;
  };
  constexpr Denied kKinds[] = {
      {"table", "SELECT, INSERT, UPDATE, DELETE ON TABLE"},
      {"sequence", "USAGE ON SEQUENCE"},
      {"schema", "USAGE, CREATE ON SCHEMA"},
      {"database", "CREATE ON DATABASE"},
      {"function", "EXECUTE ON FUNCTION"},
  };
  for (const Denied& denied : kKinds) {
    std::string start = fmt::format("permission denied for {} ", denied.kind);
    if (message.starts_with(start)) {
      return fmt::format("As its owner, run: GRANT {} {} TO <the role in the URL>.", denied.grant,
                         message.substr(start.size()));
    }
  }
  return "";
}

}  // namespace

Verdict Judge(std::string_view sqlstate) {
  if (const Entry* exact = Find(sqlstate)) return exact->verdict;
  if (const Entry* whole_class = Find(sqlstate.substr(0, 2))) return whole_class->verdict;
  return {Retry::kNever, Scope::kObject, ""};
}

Error FromSqlState(std::string_view sqlstate, std::string message, std::string detail) {
  Verdict verdict = Judge(sqlstate);
  std::string remedy = sqlstate == "42501" ? GrantRemedy(message) : "";
  if (remedy.empty()) remedy = verdict.remedy;
  if (QuotesTheValue(sqlstate)) {
    detail = detail.empty() ? message : message + "\n" + detail;
    message = WithoutValue(sqlstate, message);
  }
  return Error(Origin::kPostgres, std::string(sqlstate), std::move(message))
      .With(verdict.retry)
      .With(verdict.scope)
      .Remedy(std::move(remedy))
      .Detail(std::move(detail));
}

}  // namespace sluice::pg
