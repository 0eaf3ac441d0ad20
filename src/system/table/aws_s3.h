// Loading by the server itself: the extension aws_s3 of RDS and Aurora, see
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.S3Import.html.
#pragma once

#include <string>
#include <vector>

#include "engine/system.h"
#include "system/table/copy_form.h"
#include "system/table/table_options.h"

namespace sluice {

struct AwsS3Facts {
  bool there = false;
  bool may_be_called = false;
};
AwsS3Facts ExamineAwsS3(pg::Connection& connection);

// Calls table_import_from_s3 in the load's transaction. The rows that the server says it imported
// have to be those that came into the table. Errors: "server-load-absent" (kRun) without the
// extension; "server-load-differs"; the server's.
WriteCounts ReadByAwsS3(const WriterContext& context, const std::vector<std::string>& columns,
                        const CopyForm& form, const TableOptions& options);

}  // namespace sluice
