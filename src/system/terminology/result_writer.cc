#include "system/terminology/result_writer.h"

#include "system/terminology/copy_text.h"
#include "system/terminology/ocl_sql.h"

namespace sluice::ocl {
namespace {

// A batch's results go in pieces, so that memory stays small.
constexpr size_t kPieceBytes = size_t{1} << 20;

}  // namespace

void StoreResults(pg::Connection& connection, const std::string& task,
                  std::span<const LineResult> results) {
  if (results.empty()) return;
  connection.BeginCopy(sql::kCopyResults);
  CopyText rows;
  for (const LineResult& result : results) {
    rows.Add(task).Add(static_cast<int64_t>(result.line)).Add(result.root).Add(result.action);
    rows.Add(result.status_code).Add(result.obj_type).Add(result.obj_url).Add(result.method);
    rows.Add(result.repo_url).Add(result.owner_url).Add(result.text).Add(result.message);
    rows.EndRow();
    if (rows.bytes().size() < kPieceBytes) continue;
    connection.PutCopy(rows.bytes());
    rows.clear();
  }
  connection.PutCopy(rows.bytes());
  connection.EndCopy();
}

}  // namespace sluice::ocl
