#include "system/terminology/importer.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/error.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

// After these lines the view is read anew.
bool EndsSegment(const ScriptLine& line) {
  if (!line.fault.empty() || !line.deletes()) return false;
  return line.type == LineType::kOrganization || line.is_repo() || line.is_version() ||
         (line.type == LineType::kReference && line.wildcard);
}

// A fault of these lines, rather than of the session, the server or a lock that is held.
bool IsOfLines(const pg::Connection& connection, const Error& error) {
  return !connection.lost() && error.origin() == Origin::kPostgres &&
         error.retry() == Retry::kNever && error.scope() != Scope::kRun;
}

// Another session came in between: the same lines may well pass now.
bool IsConflict(const Error& error) {
  return error.code() == "40P01" || error.code() == "40001" || error.code() == "23505" ||
         error.code() == "23503";
}

using Locks = std::map<std::string, bool>;  // name: is it written

void Take(pg::Connection& connection, const char* sql, const Locks& locks) {
  if (locks.empty()) return;
  std::vector<pg::Value> names, written;
  for (const auto& [name, is_written] : locks) {
    names.emplace_back(name);
    written.emplace_back(is_written ? "t" : "f");
  }
  connection.Exec(sql, {pg::TextArray(names), pg::TextArray(written)});
}

}  // namespace

Importer::Importer(pg::Connection& connection, const Submission& submission)
    : connection_(connection),
      submission_(submission),
      ids_(connection, submission.test_mode ? IdBlock::Kind::kPassing : IdBlock::Kind::kLasting),
      store_(connection, submission.requester, ids_),
      lookups_(store_) {}

std::vector<LineResult> Importer::Apply(std::span<const RawLine> lines) {
  connection_.ExecScript(sql::kBatchSettings);
  now_ = connection_.Exec(sql::kNow).text(0, 0);
  std::vector<ScriptLine> script;
  script.reserve(lines.size());
  for (const RawLine& line : lines) script.push_back(reader_.Read(line.number, line.bytes));
  results_.clear();
  ApplyBatch(script, 2);
  return std::move(results_);
}

// All at once, else in halves, down to the one line that cannot be applied.
void Importer::ApplyBatch(std::span<const ScriptLine> lines, int tries) {
  size_t results_before = results_.size();
  connection_.Exec(sql::kSavepoint);
  try {
    Lock(lines);
    ApplyLines(lines);
    connection_.Exec(sql::kRelease);
    return;
  } catch (const Error& error) {
    bool conflict = IsConflict(error) && !connection_.lost();
    if (!conflict && !IsOfLines(connection_, error)) throw;
    connection_.ExecScript(sql::kRollBackTo);
    store_.Forget();
    results_.resize(results_before);
    if (conflict && tries > 0) return ApplyBatch(lines, tries - 1);
    if (lines.size() == 1) {
      LineResult result;
      result.line = lines[0].number;
      result.obj_url = lines[0].object_url;
      if (lines[0].is_typed) result.obj_type = ToString(lines[0].type);
      result.text = Shown(lines[0].bytes);
      result.message = fmt::format("Unexpected error occurred: {}", error.message());
      results_.push_back(std::move(result));
      return;
    }
  }
  ApplyBatch(lines.first(lines.size() / 2), tries);
  ApplyBatch(lines.subspan(lines.size() / 2), tries);
}

void Importer::ApplyLines(std::span<const ScriptLine> lines) {
  store_.Forget();
  lookups_.Forget();
  versioned_.clear();
  while (!lines.empty()) {
    size_t size = 1;
    while (size < lines.size() && !EndsSegment(lines[size - 1])) ++size;
    store_.ReadAhead(lines.first(size));
    for (const ScriptLine& line : lines.first(size)) ApplyLine(line);
    lines = lines.subspan(size);
  }
  store_.Flush();
}

void Importer::ApplyLine(const ScriptLine& line) {
  // A version holds what its repository held at its own line.
  if (versioned_.contains(line.repo_url)) {
    store_.Flush();
    versioned_.clear();
  }
  JsonObject members;
  if (line.fault.empty()) members = reader_.Members(line);
  Step step{.store = store_,
            .lookups = lookups_,
            .line = line,
            .members = members,
            .update_if_exists = submission_.update_if_exists,
            .now = now_,
            .task = submission_.task};
  ocl::Apply(step);
  if (line.is_typed && line.is_version()) versioned_.insert(line.repo_url);
  results_.push_back(std::move(step.result));
}

// Everything that these lines write or look at, so that what they see stays as it is until they are
// committed; always in the same order, so that nobody waits in a circle.
void Importer::Lock(std::span<const ScriptLine> lines) {
  Locks orgs, repos;
  for (const ScriptLine& line : lines) {
    if (!line.fault.empty()) continue;
    if (line.type == LineType::kOrganization) orgs[line.id] = true;
    auto owner = ParseOwnerUrl(line.owner_url);
    if (owner && owner->is_org) orgs.try_emplace(owner->id, false);
    if (!line.repo_url.empty()) repos[line.repo_url] = true;
  }
  for (const ScriptLine& line : lines) {
    if (!line.fault.empty()) continue;
    for (const ItemUrl& item : line.items) repos.try_emplace(item.repo_url, false);
  }
  Take(connection_, sql::kLockOrgs, orgs);
  Take(connection_, sql::kLockRepos, repos);
}

}  // namespace sluice::ocl
