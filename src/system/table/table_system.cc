#include "system/table/table_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <optional>
#include <utility>

#include "base/error.h"
#include "ledger/generation_ledger.h"
#include "pg/transaction.h"
#include "record/delimited_parser.h"
#include "system/table/aws_s3.h"
#include "system/table/copy_form.h"
#include "system/table/delimited_mapper.h"
#include "system/table/json_mapper.h"
#include "system/table/table_description.h"
#include "system/table/table_name.h"
#include "system/table/table_reader.h"
#include "system/table/table_sql.h"

namespace sluice {
namespace {

bool SameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// A header that names other columns than those to be filled, in that order, would put values into
// the wrong ones.
void CheckHeader(const Dialect& dialect, const std::vector<std::string>& columns, bool named,
                 std::string_view header) {
  DelimitedParser parser(dialect);
  bool agrees = static_cast<bool>(parser.Parse(header));
  const auto& fields = parser.fields();
  if (named) {
    agrees = agrees && fields.size() == columns.size();
  } else {
    agrees = agrees && std::equal(fields.begin(), fields.end(), columns.begin(), columns.end(),
                                  [](const DelimitedParser::Field& field, const std::string& name) {
                                    return SameName(field.value, name);
                                  });
  }
  if (agrees) return;
  throw Fault("header-differs", fmt::format("the header does not name the columns to fill: {}",
                                            fmt::join(columns, ", ")))
      .Remedy("name the table's columns in the file's order with --columns a,b,c");
}

class TableSystem final : public System {
 public:
  TableSystem(const LoadOptions& load, ManifestSelection selection)
      : options_(ParseTableOptions(load.system_options)),
        name_(ParseTableName(options_.table)),
        selection_(std::move(selection)),
        form_(ChooseForm(options_.dialect, load.policy.upsert || load.policy.on_reject ==
                                                                     RejectPolicy::kQuarantine)) {
    if (!options_.json) CheckDialect(options_.dialect);
    Fill(load);
  }

  std::string_view name() const override { return "table"; }
  bool ignores_empty() const override { return true; }

  Classified Classify(const ObjectRef& ref) const override {
    std::string why_not = selection_.WhyNot(ref);
    if (!why_not.empty()) return {"", "", why_not};
    return {name_.Shown(), target_, ""};
  }

  void FillAside(const LoadOptions& load) override { Fill(load); }

  RealTable real_table() const override {
    auto quoted = [](const std::string& name) {
      std::string text = "\"";
      for (char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
      return text + "\"";
    };
    return {name_.Shown(), RealTarget(), quoted(name_.schema) + "." + quoted(name_.table)};
  }

  std::vector<std::string> Notes() const override {
    if (options_.via_server) return {"way: the server reads the objects itself (aws_s3)"};
    if (options_.json) return {"way: decode: members become columns by name"};
    return {fmt::format("way: {}: {}", form_.way == Way::kPassThrough ? "pass-through" : "decode",
                        form_.why)};
  }

  TargetTable Prepare(pg::Connection& connection, const std::string&) const override {
    std::optional<TableDescription> table = Describe(connection);
    if (!table) {
      Create(connection);
      table = Describe(connection);
    }
    if (!table) throw NotThere(connection);
    std::vector<std::string> columns = table->Fillable(Wanted());
    if (columns.empty()) {
      throw Fault("table-columns", table->name + " has no column that can be filled")
          .With(Scope::kRun);
    }
    TargetTable target;
    target.relation = table->relation;
    target.name = table->name;
    target.copy_sql = CopySql(connection, table->name, columns);
    target.copy_format = !options_.json && form_.csv ? CopyFormat::kCsv : CopyFormat::kText;
    target.merge = MergeInto(*table, columns);
    std::lock_guard lock(mutex_);
    columns_ = std::move(columns);
    return target;
  }

  bool server_reads() const override { return options_.via_server; }

  WriteCounts ReadInServer(const WriterContext& context) const override {
    return ReadByAwsS3(context, Columns(), form_, options_);
  }

  std::unique_ptr<RecordReader> OpenReader(ByteSource& bytes,
                                           const ReaderContext& context) const override {
    std::vector<std::string> columns = Columns();
    bool named = !options_.columns.empty();
    size_t count = columns.size();
    return NewTableReader(
        bytes, context, options_, count,
        [dialect = options_.dialect, columns = std::move(columns), named](std::string_view header) {
          CheckHeader(dialect, columns, named, header);
        });
  }

  std::unique_ptr<Mapper> OpenMapper(const std::string&, const Receipt&) const override {
    std::vector<std::string> columns = Columns();
    if (!options_.json) {
      return NewDelimitedMapper(
          {options_.dialect, form_, columns.size(), SameName(options_.encoding, "UTF8")});
    }
    auto extra = std::ranges::find(columns, options_.extra_column);
    auto place = static_cast<size_t>(extra - columns.begin());
    return NewJsonMapper({std::move(columns), options_.extra, place});
  }

 private:
  void Fill(const LoadOptions& load) {
    shadow_ = load.shadow;
    target_ = shadow_.empty() ? RealTarget() : ShadowTarget(RealTarget(), load.generation);
  }

  std::string RealTarget() const { return "table:" + name_.Shown(); }

  // The table, or what is filled in its stead.
  std::optional<TableDescription> Describe(pg::Connection& connection) const {
    return DescribeTable(connection, shadow_.empty() ? Quoted(connection, name_) : shadow_);
  }

  // The columns that the user, or else the manifest, names.
  std::vector<std::string> Wanted() const {
    std::vector<std::string> wanted = options_.columns;
    if (wanted.empty()) {
      for (const ColumnSpec& column : options_.schema) wanted.push_back(column.name);
    }
    bool extra = options_.json && options_.extra == ExtraKeys::kColumn;
    if (extra && !wanted.empty() &&
        std::ranges::find(wanted, options_.extra_column) == wanted.end()) {
      wanted.push_back(options_.extra_column);
    }
    return wanted;
  }

  std::vector<std::string> Columns() const {
    std::lock_guard lock(mutex_);
    return columns_;
  }

  std::string CopyOptions() const {
    return fmt::format("{}, ENCODING '{}'", options_.json ? "FORMAT text" : form_.Options(),
                       options_.json ? "UTF8" : options_.encoding);
  }

  std::string CopySql(const pg::Connection& connection, const std::string& table,
                      const std::vector<std::string>& columns) const {
    std::string list;
    for (const std::string& column : columns) {
      list += (list.empty() ? "" : ", ") + connection.QuoteIdentifier(column);
    }
    return fmt::format("COPY {} ({}) FROM STDIN ({})", table, list, CopyOptions());
  }

  MergeTarget MergeInto(const TableDescription& table,
                        const std::vector<std::string>& columns) const {
    MergeTarget merge;
    merge.table = table.name;
    for (const std::string& column : columns) merge.columns.push_back({column});
    merge.key = options_.key.empty() ? table.PrimaryKey() : options_.key;
    merge.copy_format = CopyFormat::kText;
    merge.copy_options = CopyOptions();
    return merge;
  }

  Error NotThere(const pg::Connection& connection) const {
    std::string statement = ProposeTable(connection, name_, options_);
    return Fault("no-such-table", fmt::format("there is no table {}", Quoted(connection, name_)))
        .With(Scope::kRun)
        .Remedy("make it, or say --create, which would run: " + statement);
  }

  void Create(pg::Connection& connection) const {
    if (!options_.create || !shadow_.empty()) throw NotThere(connection);
    pg::Transaction tx(connection);
    connection.Exec(sql::kLockTableName, {name_.Shown()});
    if (!Describe(connection)) {
      connection.Exec(ProposeTable(connection, name_, options_));
    }
    tx.Commit();
  }

  const TableOptions options_;
  const TableName name_;
  std::string shadow_;  // quoted and qualified; empty: the table itself is filled
  std::string target_;
  const ManifestSelection selection_;
  const CopyForm form_;
  mutable std::mutex mutex_;
  mutable std::vector<std::string> columns_;  // as Prepare found them
};

}  // namespace

std::unique_ptr<System> NewTableSystem(const LoadOptions& options, ManifestSelection selection) {
  return std::make_unique<TableSystem>(options, std::move(selection));
}

}  // namespace sluice
