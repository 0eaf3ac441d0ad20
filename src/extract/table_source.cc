#include "extract/table_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "extract/extract_sql.h"
#include "extract/limits.h"
#include "record/delimited_parser.h"
#include "system/table/table_description.h"
#include "system/table/table_name.h"

namespace sluice {
namespace {

// TID range scans came with 14.
constexpr int kRangesFrom = 140000;

struct Leaf {
  std::string name;
  bool by_pages = false;
  uint64_t pages = 0;
};

struct Relation {
  std::string oid;
  std::string kind;  // pg_class.relkind
  bool row_security = false;
};

Relation KindOf(pg::Connection& connection, const std::string& name) {
  pg::Result found = connection.Exec(sql::kDescribeRelation, {name});
  if (found.rows() == 0) {
    throw Fault("no-such-table", "there is no table " + name)
        .With(Scope::kRun)
        .Remedy("write schema.table, as the source database has it");
  }
  return {std::string(found.text(0, 0)), std::string(found.text(0, 1)), found.boolean(0, 2)};
}

std::string SelectList(const pg::Connection& connection, const std::vector<ColumnSpec>& columns) {
  std::string list;
  for (const ColumnSpec& column : columns) {
    list += (list.empty() ? "" : ", ") + connection.QuoteIdentifier(column.name);
  }
  return list;
}

void AddRanges(const std::string& select, const Leaf& leaf, uint64_t pages_each,
               std::vector<std::string>& pieces) {
  const std::string from = fmt::format("{} FROM ONLY {}", select, leaf.name);
  if (!leaf.by_pages || leaf.pages <= pages_each) {
    pieces.push_back(from);
    return;
  }
  for (uint64_t page = 0; page < leaf.pages; page += pages_each) {
    std::string piece = fmt::format("{} WHERE ctid >= '({},0)'::tid", from, page);
    // The last has no end: whatever the size was, no row is missed.
    if (page + pages_each < leaf.pages) {
      piece += fmt::format(" AND ctid < '({},0)'::tid", page + pages_each);
    }
    pieces.push_back(std::move(piece));
  }
}

std::vector<std::string> PiecesOf(pg::Connection& connection, const std::string& relation,
                                  const std::string& select, const std::string& whole,
                                  int streams) {
  pg::Result rows = connection.Exec(sql::kDescribeLeaves, {relation});
  std::vector<Leaf> leaves;
  uint64_t pages = 0;
  for (int row = 0; row < rows.rows(); ++row) {
    // What may only be read through its parent is.
    if (!rows.boolean(row, 3)) return {whole};
    leaves.push_back({std::string(rows.text(row, 0)),
                      rows.boolean(row, 1) && connection.server_version() >= kRangesFrom,
                      static_cast<uint64_t>(rows.int8(row, 2))});
    pages += leaves.back().pages;
  }
  uint64_t ranges = limits::kRangesPerStream * static_cast<uint64_t>(streams);
  uint64_t each = std::clamp(pages / ranges, limits::kRangePagesMin, limits::kRangePagesMax);
  std::vector<std::string> pieces;
  for (const Leaf& leaf : leaves) AddRanges(select, leaf, each, pieces);
  return pieces;
}

TableSource DescribeTableSource(pg::Connection& connection, const ExtractRequest& request) {
  const std::string name = Quoted(connection, ParseTableName(request.table));
  const Relation found = KindOf(connection, name);
  TableSource source;
  pg::Result columns = connection.Exec(sql::kDescribeColumns, {found.oid});
  for (int row = 0; row < columns.rows(); ++row) {
    source.columns.push_back(
        {std::string(columns.text(row, 0)), std::string(columns.text(row, 1))});
  }
  if (source.columns.empty()) {
    throw Fault("extract-source", name + " has no column that could be loaded again")
        .With(Scope::kRun);
  }
  const std::string select = "SELECT " + SelectList(connection, source.columns);
  const std::string whole = select + " FROM " + name;
  bool has_rows_of_its_own = found.kind == "r" || found.kind == "p" || found.kind == "m";
  if (has_rows_of_its_own && !found.row_security) {
    source.pieces = PiecesOf(connection, found.oid, select, whole, request.streams);
  } else {
    source.pieces = {whole};
  }
  return source;
}

// COPY tells the names of a query's columns, and a row that joins nothing their types.
TableSource DescribeQuery(pg::Connection& connection, const ExtractRequest& request) {
  connection.BeginCopyOut("COPY (SELECT * FROM (" + request.query +
                          "\n) AS q LIMIT 0) TO STDOUT (FORMAT csv, HEADER)");
  std::string header;
  while (connection.ReadCopy(header, 1)) {
  }
  if (header.ends_with('\n')) header.pop_back();
  DelimitedParser parser(Dialect::Csv());
  TableSource source;
  if (header.empty() || !parser.Parse(header)) {
    throw Fault("extract-source", "the query gives no columns").With(Scope::kRun);
  }
  for (const auto& field : parser.fields()) {
    source.columns.push_back({std::string(field.value), ""});
  }
  std::string types;
  for (const ColumnSpec& column : source.columns) {
    types += (types.empty() ? "" : ", ") + std::string("pg_typeof(q.") +
             connection.QuoteIdentifier(column.name) + ")::text";
  }
  pg::Result row = connection.Exec("SELECT " + types + " FROM (SELECT 1) AS one LEFT JOIN (" +
                                   request.query + "\n) AS q ON false");
  for (size_t i = 0; i < source.columns.size(); ++i) {
    source.columns[i].type = row.text(0, static_cast<int>(i));
  }
  source.pieces = {request.query};
  return source;
}

}  // namespace

std::string LockStatement(pg::Connection& connection, const ExtractRequest& request) {
  if (request.table.empty()) return "";
  const std::string name = Quoted(connection, ParseTableName(request.table));
  const Relation found = KindOf(connection, name);
  bool lockable = found.kind == "r" || found.kind == "p" || found.kind == "v";
  return lockable ? "LOCK TABLE " + name + " IN ACCESS SHARE MODE" : "";
}

TableSource DescribeSource(pg::Connection& connection, const ExtractRequest& request) {
  return request.table.empty() ? DescribeQuery(connection, request)
                               : DescribeTableSource(connection, request);
}

}  // namespace sluice
