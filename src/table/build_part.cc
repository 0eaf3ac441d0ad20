#include "table/build_part.h"

#include <fmt/format.h>

#include "base/error.h"
#include "table/part_sql.h"
#include "table/qualified_name.h"

namespace sluice {
namespace {

using pg::PartKind;
using pg::TablePart;

constexpr std::string_view kNotValid = " NOT VALID";

// pg_constraint.contype.
const char* ConstraintType(PartKind kind) {
  switch (kind) {
    case PartKind::kPrimaryKey:
      return "p";
    case PartKind::kUnique:
      return "u";
    case PartKind::kExclusion:
      return "x";
    case PartKind::kForeignKey:
      return "f";
    case PartKind::kIndex:
      break;
  }
  return "";
}

// All that a key's definition says beyond what its index knows.
std::string_view Deferral(const TablePart& part) {
  for (std::string_view words : {" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"}) {
    if (part.constraint_definition.ends_with(words)) return words;
  }
  return "";
}

bool WasValidated(const TablePart& part) {
  return !part.constraint_definition.ends_with(kNotValid);
}

void RestoreComments(pg::Connection& connection, const TablePart& part, const std::string& table) {
  if (!part.comment.empty()) {
    connection.Exec(fmt::format(sql::kCommentIndex, IndexName(connection, part),
                                connection.QuoteLiteral(part.comment)));
  }
  if (!part.constraint_comment.empty()) {
    connection.Exec(fmt::format(sql::kCommentConstraint, table,
                                connection.QuoteIdentifier(part.name),
                                connection.QuoteLiteral(part.constraint_comment)));
  }
}

}  // namespace

bool ConstraintStands(pg::Connection& connection, const TablePart& part) {
  if (!part.has_constraint()) return false;
  return connection
             .Exec(sql::kFindConstraint,
                   {std::to_string(part.relation), std::string(ConstraintType(part.kind)),
                    part.constraint_definition})
             .rows() > 0;
}

void BuildIndex(pg::Connection& connection, const TablePart& part) {
  pg::Result found =
      connection.Exec(sql::kFindIndex, {part.schema, part.name, std::to_string(part.relation)});
  if (found.rows() > 0) {
    bool of_table = found.boolean(0, 0);
    bool whole = found.boolean(0, 1);
    if (of_table && whole && found.text(0, 2) == part.index_definition) return;
    if (!of_table || whole) {
      throw Fault("set-aside-name-taken",
                  fmt::format("{} cannot come back: its name is in use", pg::NameOf(part)))
          .With(Scope::kRun)
          .Remedy("rename or drop what bears its name, then run: sluice indexes restore");
    }
    connection.Exec(fmt::format(sql::kDropIndex, IndexName(connection, part)));
  }
  connection.Exec("SELECT set_config('default_tablespace', $1, true)", {part.tablespace});
  connection.Exec(part.index_definition);
}

void FinishIndex(pg::Connection& connection, const TablePart& part) {
  std::string table = TableName(connection, part.relation);
  std::string name = connection.QuoteIdentifier(part.name);
  if (part.has_constraint() && !ConstraintStands(connection, part)) {
    if (part.kind == PartKind::kExclusion) {
      connection.Exec("SELECT set_config('default_tablespace', $1, true)", {part.tablespace});
      connection.Exec(fmt::format(sql::kAddConstraint, table, name, part.constraint_definition));
    } else {
      bool primary = part.kind == PartKind::kPrimaryKey;
      connection.Exec(fmt::format(sql::kAddKey, table, name, primary ? "PRIMARY KEY" : "UNIQUE",
                                  Deferral(part)));
    }
  }
  // Where a person made the same constraint under another name, there is nothing to dress up.
  if (connection.Exec(sql::kFindIndex, {part.schema, part.name, std::to_string(part.relation)})
          .rows() == 0) {
    return;
  }
  RestoreComments(connection, part, table);
  if (part.clustered) connection.Exec(fmt::format(sql::kClusterOn, table, name));
  if (part.replica_identity) connection.Exec(fmt::format(sql::kReplicaIdentity, table, name));
}

void AddForeignKey(pg::Connection& connection, const TablePart& part) {
  if (ConstraintStands(connection, part)) return;
  std::string table = TableName(connection, part.relation);
  connection.Exec(
      fmt::format(sql::kAddConstraint, table, connection.QuoteIdentifier(part.name),
                  part.constraint_definition + (WasValidated(part) ? std::string(kNotValid) : "")));
  RestoreComments(connection, part, table);
}

void ValidateForeignKey(pg::Connection& connection, const TablePart& part) {
  if (!WasValidated(part)) return;
  pg::Result found = connection.Exec(
      sql::kFindConstraint,
      {std::to_string(part.relation), std::string("f"), part.constraint_definition});
  if (found.rows() == 0 || found.boolean(0, 1)) return;
  connection.Exec(fmt::format(sql::kValidate, TableName(connection, part.relation),
                              connection.QuoteIdentifier(found.text(0, 0))));
}

Violations FindViolations(pg::Connection& connection, const TablePart& part) {
  pg::Result columns =
      connection.Exec(sql::kForeignKeyColumns, {std::to_string(part.relation), part.name});
  Violations violations;
  if (columns.rows() == 0) return violations;
  std::vector<std::string> own, matches;
  for (int row = 0; row < columns.rows(); ++row) {
    own.push_back(fmt::format("t.{}", columns.text(row, 0)));
    matches.push_back(fmt::format("r.{} = {}", columns.text(row, 1), own.back()));
  }
  std::string row = fmt::format("ROW({})", fmt::join(own, ", "));
  // MATCH FULL wants all columns or none; MATCH SIMPLE asks only where all are there.
  bool full = columns.text(0, 2) == "f";
  std::string asked = full ? "NOT " + row + " IS NULL" : row + " IS NOT NULL";
  pg::Result bad =
      connection.Exec(fmt::format(sql::kViolations, columns.text(0, 3), columns.text(0, 4),
                                  fmt::join(matches, " AND "), asked, fmt::join(own, ", ")));
  for (int line = 0; line < bad.rows(); ++line) {
    violations.rows = static_cast<uint64_t>(bad.int8(line, 0));
    violations.values.emplace_back(bad.text(line, 1));
  }
  return violations;
}

}  // namespace sluice
