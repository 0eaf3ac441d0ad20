#include "system/table/table_description.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "system/table/table_sql.h"

namespace sluice {
namespace {

bool CanBeLoaded(std::string_view relkind) { return relkind == "r" || relkind == "p"; }

}  // namespace

const TableColumn* TableDescription::Find(const std::string& wanted) const {
  auto found = std::ranges::find(columns, wanted, &TableColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> TableDescription::Fillable(const std::vector<std::string>& wanted) const {
  std::vector<std::string> names;
  if (wanted.empty()) {
    for (const TableColumn& column : columns) {
      if (!column.generated) names.push_back(column.name);
    }
    return names;
  }
  std::string bad;
  for (const std::string& want : wanted) {
    const TableColumn* column = Find(want);
    bool twice = std::ranges::find(names, want) != names.end();
    names.push_back(want);
    if (column != nullptr && !column->generated && !twice) continue;
    if (!bad.empty()) bad += ", ";
    bad += want + (column == nullptr ? " (not there)" : twice ? " (twice)" : " (generated)");
  }
  if (!bad.empty()) {
    throw Fault("table-columns", fmt::format("columns of {} cannot be filled: {}", name, bad))
        .With(Scope::kRun)
        .Remedy("name the file's columns in their order with --columns a,b,c");
  }
  return names;
}

std::vector<std::string> TableDescription::PrimaryKey() const {
  std::vector<std::string> names;
  for (const TableColumn& column : columns) {
    if (column.primary_key) names.push_back(column.name);
  }
  return names;
}

std::string Quoted(const pg::Connection& connection, const TableName& name) {
  return connection.QuoteIdentifier(name.schema) + "." + connection.QuoteIdentifier(name.table);
}

std::optional<TableDescription> DescribeTable(pg::Connection& connection, const std::string& name) {
  TableDescription table;
  table.name = name;
  pg::Result rows = connection.Exec(sql::kDescribeTable, {table.name});
  if (rows.rows() == 0) return std::nullopt;
  if (!CanBeLoaded(rows.text(0, 1))) {
    throw Fault("table-columns", table.name + " is no table that COPY can fill")
        .With(Scope::kRun)
        .Remedy("name the table itself, not a view of it");
  }
  table.relation = static_cast<uint32_t>(rows.int8(0, 0));
  for (int row = 0; row < rows.rows(); ++row) {
    table.columns.push_back({std::string(rows.text(row, 2)), std::string(rows.text(row, 3)),
                             rows.boolean(row, 4), rows.boolean(row, 5)});
  }
  return table;
}

std::string ProposeTable(const pg::Connection& connection, const TableName& name,
                         const TableOptions& options) {
  std::vector<ColumnSpec> columns = options.schema;
  if (columns.empty()) {
    for (const std::string& column : options.columns) columns.push_back({column, ""});
    if (options.extra == ExtraKeys::kColumn && !options.columns.empty() &&
        std::ranges::find(options.columns, options.extra_column) == options.columns.end()) {
      columns.push_back({options.extra_column, "jsonb"});
    }
  }
  if (columns.empty()) {
    throw Fault("no-such-table", fmt::format("there is no table {}", Quoted(connection, name)))
        .With(Scope::kRun)
        .Remedy("make it, or name its columns with --columns a,b,c and say --create");
  }
  std::string statement = "CREATE TABLE " + Quoted(connection, name) + " (";
  for (const ColumnSpec& column : columns) {
    if (!statement.ends_with('(')) statement += ", ";
    statement += connection.QuoteIdentifier(column.name) + " " +
                 (column.type.empty() ? "text" : column.type);
  }
  return statement + ")";
}

}  // namespace sluice
