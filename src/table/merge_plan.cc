#include "table/merge_plan.h"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "table/merge_sql.h"

namespace sluice {
namespace {

using Names = std::vector<std::string>;

std::string Join(const Names& names, const std::string& separator,
                 const std::function<std::string(const std::string&)>& write) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += separator;
    joined += write(name);
  }
  return joined;
}

std::string List(const Names& names, const std::string& prefix = "") {
  return Join(names, ", ", [&](const std::string& name) { return prefix + name; });
}

// "stored.id = incoming.id AND ...".
std::string Same(const Names& key, const std::string& left, const std::string& right) {
  return Join(key, " AND ", [&](const std::string& name) {
    return fmt::format("{}.{} = {}.{}", left, name, right, name);
  });
}

std::string Set(const pg::Connection& connection, const MergeTarget& target,
                const std::string& incoming) {
  std::string set;
  for (const MergeColumn& column : target.columns) {
    if (std::ranges::find(target.key, column.name) != target.key.end()) continue;
    std::string name = connection.QuoteIdentifier(column.name);
    if (!set.empty()) set += ", ";
    set += name + " = " + (column.on_update.empty() ? incoming + "." + name : column.on_update);
  }
  return set;
}

std::string Newer(const pg::Connection& connection, const MergeTarget& target,
                  ConflictPolicy policy, const std::string& incoming) {
  if (policy != ConflictPolicy::kNewer) return "true";
  std::string name = connection.QuoteIdentifier(target.version_column);
  return fmt::format("(stored.{0} < {1}.{0} OR stored.{0} IS NULL AND {1}.{0} IS NOT NULL)", name,
                     incoming);
}

void CheckKey(pg::Connection& connection, const MergeTarget& target) {
  std::vector<pg::Value> key(target.key.begin(), target.key.end());
  pg::Result found = connection.Exec(sql::kHasKey, {target.table, pg::TextArray(key)});
  if (found.rows() == 0) {
    throw Fault("no-such-table", fmt::format("there is no table {}", target.table))
        .With(Scope::kRun);
  }
  if (found.boolean(0, 0)) return;
  throw Fault("upsert-needs-key",
              fmt::format("rows cannot be merged into {}: no unique index on ({}) stands that an "
                          "upsert can use",
                          target.table, fmt::join(target.key, ", ")))
      .With(Scope::kRun)
      .Remedy("restore its key (sluice indexes restore), or load without --upsert");
}

Names SharedColumns(pg::Connection& connection, const MergeTarget& target) {
  Names names;
  pg::Result rows = connection.Exec(sql::kSharedColumns, {target.table, target.history_table});
  for (int row = 0; row < rows.rows(); ++row) names.emplace_back(rows.text(row, 0));
  return names;
}

const char* MergeStatement(const MergeOptions& options, bool history) {
  switch (options.conflict) {
    case ConflictPolicy::kIgnore:
      return sql::kInsertNew;
    case ConflictPolicy::kError:
      return sql::kInsertOrName;
    case ConflictPolicy::kOverride:
    case ConflictPolicy::kNewer:
      break;
  }
  return history ? sql::kInsertOrLock : sql::kMerge;
}

}  // namespace

MergePlan PlanMerge(pg::Connection& connection, const MergeTarget& target,
                    const MergeOptions& wanted) {
  MergeOptions options = wanted;
  // Where there is nothing but the key, there is nothing to update.
  bool key_only = target.columns.size() == target.key.size();
  if (key_only && options.conflict == ConflictPolicy::kOverride) {
    options.conflict = ConflictPolicy::kIgnore;
  }
  CheckKey(connection, target);
  auto quote = [&](const std::string& name) { return connection.QuoteIdentifier(name); };
  Names columns, key;
  for (const MergeColumn& column : target.columns) columns.push_back(quote(column.name));
  for (const std::string& name : target.key) key.push_back(quote(name));
  bool updates =
      options.conflict == ConflictPolicy::kOverride || options.conflict == ConflictPolicy::kNewer;
  bool history = updates && !target.history_table.empty();
  Names kept = history ? SharedColumns(connection, target) : Names();

  fmt::dynamic_format_arg_store<fmt::format_context> fill;
  auto put = [&](const char* name, const std::string& text) {
    fill.push_back(fmt::arg(name, text));
  };
  put("table", target.table);
  put("history", target.history_table);
  put("copy_options", target.copy_options);
  put("columns", List(columns));
  put("incoming_columns", List(columns, "incoming."));
  put("key", List(key));
  put("incoming_key", List(key, "incoming."));
  put("stored_key", List(key, "stored."));
  put("order", Join(key, ", ", [](const std::string& name) {
        return "incoming." + name + "::text COLLATE \"C\"";
      }));
  put("same", Same(key, "stored", "incoming"));
  put("fresh", Same(key, "fresh", "incoming"));
  put("set", Set(connection, target, "incoming"));
  put("set_excluded", Set(connection, target, "excluded"));
  put("newer", Newer(connection, target, options.conflict, "incoming"));
  put("newer_excluded", Newer(connection, target, options.conflict, "excluded"));
  put("history_columns", List(kept));
  put("stored_columns", List(kept, "stored."));
  put("beats", options.on_duplicate == KeepPolicy::kKeepLast ? ">" : "<");
  put("work_mem_kb", std::to_string(options.work_mem_bytes / kKiB));
  auto write = [&](const std::string& statement) { return fmt::vformat(statement, fill); };

  MergePlan plan;
  plan.options = options;
  plan.format = target.copy_format;
  plan.columns = columns.size();
  plan.make_staging = write(sql::kMakeStaging) + (history ? write(sql::kMakeFresh) : "");
  plan.copy = write(sql::kCopyStaging);
  plan.find_duplicates = write(sql::kStagedDuplicates);
  if (options.on_duplicate != KeepPolicy::kFail) {
    plan.drop_duplicates = write(sql::kDropStagedDuplicates);
  }
  plan.clear_piece = history ? sql::kClearPieceAndFresh : sql::kClearPiece;
  plan.merge = write(MergeStatement(options, history));
  if (history) {
    plan.keep_history = write(sql::kKeepHistory);
    plan.update = write(sql::kUpdate);
  }
  return plan;
}

}  // namespace sluice
