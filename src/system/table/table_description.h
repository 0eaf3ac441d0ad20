// What the catalog says about a table, and what a missing one would be made as.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "system/table/table_name.h"
#include "system/table/table_options.h"

namespace sluice {

struct TableColumn {
  std::string name;
  std::string type;
  bool generated = false;    // computed: nothing can be loaded into it
  bool primary_key = false;  // part of it
};

struct TableDescription {
  uint32_t relation = 0;  // oid
  std::string name;       // quoted and schema-qualified, for SQL
  std::vector<TableColumn> columns;

  const TableColumn* Find(const std::string& name) const;
  // The names of `wanted`, or of all columns that are not generated. Errors (kNever, kRun):
  // "table-columns" naming those that are not there or cannot be filled.
  std::vector<std::string> Fillable(const std::vector<std::string>& wanted) const;
  std::vector<std::string> PrimaryKey() const;
};

// Quoted and schema-qualified.
std::string Quoted(const pg::Connection& connection, const TableName& name);

// Nothing if it is not there. Errors (kNever, kRun): "table-columns" for what is no table.
// `name`: as Quoted gives it.
std::optional<TableDescription> DescribeTable(pg::Connection& connection, const std::string& name);

// The CREATE TABLE for a table that is not there: the columns and types that a manifest tells, else
// the named columns as text. Errors (kNever, kRun): "no-such-table" if not even names are known.
std::string ProposeTable(const pg::Connection& connection, const TableName& name,
                         const TableOptions& options);

}  // namespace sluice
