#include "system/table/aws_s3.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "ledger/job.h"
#include "system/table/table_sql.h"

namespace sluice {
namespace {

// "87 rows imported into relation ..."; the emulations of the extension answer "87".
uint64_t ReadAnswer(std::string_view answer) {
  uint64_t rows = 0;
  auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), rows);
  bool whole = end == answer.data() + answer.size() || *end == ' ';
  if (error == std::errc() && whole) return rows;
  throw Fault("server-load-differs", "the server's answer does not begin with a number of rows");
}

uint64_t RowsPutIn(const WriterContext& context) {
  pg::Result row =
      context.connection.Exec(sql::kRowsPutIn, {std::to_string(context.table.relation)});
  if (!row.boolean(0, 1)) {
    throw Fault("server-load-differs", "the server counts no rows: track_counts is off")
        .With(Scope::kRun)
        .Remedy("switch track_counts on, or leave --via server out");
  }
  return static_cast<uint64_t>(row.int8(0, 0));
}

}  // namespace

AwsS3Facts ExamineAwsS3(pg::Connection& connection) {
  pg::Result row = connection.Exec(sql::kExamineAwsS3);
  return {row.boolean(0, 0), row.boolean(0, 1)};
}

WriteCounts ReadByAwsS3(const WriterContext& context, const std::vector<std::string>& columns,
                        const CopyForm& form, const TableOptions& options) {
  AwsS3Facts facts = ExamineAwsS3(context.connection);
  if (!facts.there || !facts.may_be_called) {
    throw Fault("server-load-absent", facts.there ? "this role may not call aws_s3's functions"
                                                  : "the database has no extension aws_s3")
        .With(Scope::kRun)
        .Remedy(facts.there
                    ? "GRANT USAGE ON SCHEMA aws_s3, aws_commons and EXECUTE on its functions"
                    : "CREATE EXTENSION aws_s3 CASCADE (RDS and Aurora have it), or leave "
                      "--via server out");
  }
  std::string list;
  for (const std::string& column : columns) {
    list += (list.empty() ? "" : ",") + context.connection.QuoteIdentifier(column);
  }
  std::string copy = fmt::format("({}{}, ENCODING '{}')", form.Options(),
                                 options.dialect.header ? ", HEADER true" : "", options.encoding);
  const ObjectRef& object = context.job.object.ref;
  uint64_t before = RowsPutIn(context);
  pg::Result answer = context.connection.Exec(
      sql::kImportFromS3,
      {context.table.name, list, copy, object.bucket, object.key, options.region});
  uint64_t rows = ReadAnswer(answer.text(0, 0));
  uint64_t came = RowsPutIn(context) - before;
  if (rows != came) {
    throw Fault(
        "server-load-differs",
        fmt::format("the server says it imported {} rows, and {} came into the table", rows, came));
  }
  WriteCounts counts;
  counts.loaded = rows;
  return counts;
}

}  // namespace sluice
