#include "table/inspect_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "table/part_sql.h"

namespace sluice {
namespace {

using pg::PartKind;
using pg::TablePart;

uint32_t Oid(const pg::Result& rows, int row, int column) {
  return rows.is_null(row, column) ? 0 : static_cast<uint32_t>(rows.int8(row, column));
}

struct Found {
  TablePart part;
  uint32_t index = 0;
  uint32_t constraint = 0;
};

struct Inspection {
  std::string table;  // qualified and quoted
  bool identity_is_key = false;
  std::vector<Found> found;
  std::vector<std::string> obstacles;

  bool Drops(uint32_t index) const {
    return std::ranges::any_of(found, [&](const Found& f) { return f.index == index; });
  }
};

void InspectTable(pg::Connection& connection, uint32_t relation, Inspection& inspection) {
  pg::Result rows = connection.Exec(sql::kTableKind, {std::to_string(relation)});
  if (rows.rows() == 0) {
    throw Fault("no-such-table", fmt::format("there is no table with the oid {}", relation))
        .With(Scope::kRun);
  }
  inspection.table = rows.text(0, 0);
  inspection.identity_is_key = rows.text(0, 3) == "d";
  if (rows.text(0, 1) != "r") inspection.obstacles.emplace_back("it is no ordinary table");
}

void InspectIndexes(pg::Connection& connection, uint32_t relation, pg::PartKinds kinds,
                    Inspection& inspection) {
  pg::Result rows = connection.Exec(sql::kIndexParts, {std::to_string(relation)});
  for (int row = 0; row < rows.rows(); ++row) {
    TablePart part;
    part.kind = pg::ParsePartKind(rows.text(row, 0));
    if (!kinds.Include(part.kind)) continue;
    part.relation = relation;
    part.schema = rows.text(row, 1);
    part.table = rows.text(row, 2);
    part.name = rows.text(row, 3);
    part.index_definition = rows.text(row, 4);
    part.constraint_definition = rows.text(row, 5);
    part.tablespace = rows.text(row, 6);
    part.comment = rows.text(row, 7);
    part.constraint_comment = rows.text(row, 8);
    part.clustered = rows.boolean(row, 9);
    part.replica_identity = rows.boolean(row, 10);
    part.keys = rows.text(row, 11);
    part.predicate = rows.text(row, 12);
    part.nulls_equal = rows.boolean(row, 13);
    if (rows.boolean(row, 16)) {
      inspection.obstacles.push_back(
          fmt::format("{} is part of a partitioned table's index", pg::NameOf(part)));
    }
    inspection.found.push_back({part, Oid(rows, row, 14), Oid(rows, row, 15)});
  }
}

void InspectForeignKeys(pg::Connection& connection, uint32_t relation, pg::PartKinds kinds,
                        Inspection& inspection) {
  pg::Result rows = connection.Exec(sql::kForeignKeyParts, {std::to_string(relation)});
  std::vector<Found> keys;
  for (int row = 0; row < rows.rows(); ++row) {
    TablePart part;
    part.kind = PartKind::kForeignKey;
    part.schema = rows.text(row, 0);
    part.table = rows.text(row, 1);
    part.name = rows.text(row, 2);
    part.constraint_definition = rows.text(row, 3);
    part.constraint_comment = rows.text(row, 4);
    part.relation = Oid(rows, row, 5);
    part.referenced = Oid(rows, row, 6);
    bool needs_dropped = part.referenced == relation && inspection.Drops(Oid(rows, row, 7));
    if (needs_dropped && !kinds.foreign_keys) {
      inspection.obstacles.push_back(
          fmt::format("foreign key {} of {}.{} refers to it", part.name, part.schema, part.table));
    }
    if (!kinds.foreign_keys || (part.relation != relation && !needs_dropped)) continue;
    if (rows.boolean(row, 8)) {
      inspection.obstacles.push_back(fmt::format("foreign key {} of {}.{} belongs to partitions",
                                                 part.name, part.schema, part.table));
    }
    keys.push_back({part, 0, 0});
  }
  inspection.found.insert(inspection.found.end(), keys.begin(), keys.end());
}

void InspectDependents(pg::Connection& connection, Inspection& inspection) {
  std::vector<int64_t> indexes, constraints;
  for (const Found& found : inspection.found) {
    if (found.index != 0) indexes.push_back(found.index);
    if (found.constraint != 0) constraints.push_back(found.constraint);
  }
  pg::Result rows =
      connection.Exec(sql::kDependents, {pg::Int8Array(indexes), pg::Int8Array(constraints)});
  for (int row = 0; row < rows.rows(); ++row) {
    uint32_t needed = Oid(rows, row, 0);
    for (const Found& found : inspection.found) {
      if (found.index != needed && found.constraint != needed) continue;
      inspection.obstacles.push_back(
          fmt::format("{} depends on {}", rows.text(row, 1), found.part.name));
    }
  }
}

// Without its replica identity, others' updates and deletes of a published table are refused.
void InspectPublications(pg::Connection& connection, uint32_t relation, Inspection& inspection) {
  auto identity = std::ranges::find_if(inspection.found, [&](const Found& found) {
    return found.part.replica_identity ||
           (inspection.identity_is_key && found.part.kind == PartKind::kPrimaryKey);
  });
  if (identity == inspection.found.end()) return;
  pg::Result rows = connection.Exec(sql::kPublications, {std::to_string(relation)});
  for (int row = 0; row < rows.rows(); ++row) {
    inspection.obstacles.push_back(fmt::format("publication {} needs {} as replica identity",
                                               rows.text(row, 0), identity->part.name));
  }
}

}  // namespace

std::vector<TablePart> InspectParts(pg::Connection& connection, uint32_t relation,
                                    pg::PartKinds kinds) {
  Inspection inspection;
  InspectTable(connection, relation, inspection);
  InspectIndexes(connection, relation, kinds, inspection);
  InspectForeignKeys(connection, relation, kinds, inspection);
  InspectDependents(connection, inspection);
  InspectPublications(connection, relation, inspection);
  if (!inspection.obstacles.empty()) {
    throw Fault("set-aside-refused",
                fmt::format("indexes of {} cannot be put aside: {}", inspection.table,
                            fmt::join(inspection.obstacles, "; ")))
        .With(Scope::kRun)
        .Remedy(
            "load without setting them aside (or with --set-aside-foreign-keys where foreign keys "
            "are named), or drop what is named for the time of the load");
  }
  std::vector<TablePart> parts;
  for (Found& found : inspection.found) parts.push_back(std::move(found.part));
  return parts;
}

}  // namespace sluice
