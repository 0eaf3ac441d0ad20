#include "engine/bring_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/limits.h"
#include "engine/set_aside.h"
#include "table/duplicates.h"

namespace sluice {
namespace {

using State = PartOutcome::State;

// Rows by the load that brought them.
std::map<int64_t, std::vector<std::string>> ValuesByTxid(std::span<const DuplicateRow> rows) {
  std::map<int64_t, std::vector<std::string>> values;
  for (const DuplicateRow& row : rows) {
    if (row.txid) values[*row.txid].push_back(row.value);
  }
  return values;
}

std::vector<int64_t> Txids(const std::map<int64_t, std::vector<std::string>>& values) {
  std::vector<int64_t> txids;
  for (const auto& [txid, of_txid] : values) txids.push_back(txid);
  return txids;
}

class Return {
 public:
  Return(const BringBackContext& context, pg::Connection& session, uint32_t relation,
         KeepPolicy policy)
      : context_(context), relation_(relation), policy_(policy), session_(session) {
    options_.maintenance_work_mem_bytes = limits::kRestoreWorkMemBytes;
    options_.connections_max = limits::kRestoreSessionsMax;
    options_.duplicate_rows_max = limits::kDuplicateRowsMax;
    if (!CurrentTxids(session_, relation).empty()) options_.txid_column = "txid";
  }

  std::vector<PartFlaw> Run() {
    Restore();
    if (policy_ != KeepPolicy::kFail && !options_.txid_column.empty() && ResolveAll() != 0) {
      Restore();
    }
    std::vector<PartFlaw> flaws;
    for (const auto& [name, outcome] : outcomes_) {
      if (outcome.state == State::kStanding) continue;
      flaws.push_back({outcome.part, *outcome.error, Name(outcome), outcome.violations.values});
    }
    return flaws;
  }

 private:
  pg::Connection Connect() const {
    return context_.database.ConnectPatiently(Database::Use::kControl);
  }

  void Restore() {
    for (PartOutcome& outcome : RestoreTable(
             session_, [this] { return Connect(); }, relation_, options_, context_.stop)) {
      std::string name = fmt::format("{} {}", ToString(outcome.part.kind), NameOf(outcome.part));
      outcomes_.insert_or_assign(name, std::move(outcome));
    }
  }

  uint64_t ResolveAll() {
    uint64_t deleted = 0;
    for (auto& [name, outcome] : outcomes_) {
      if (outcome.state != State::kDuplicates) continue;
      try {
        deleted += Resolve(outcome.part);
      } catch (const Error& error) {
        if (error.retry() != Retry::kNever || session_.lost()) throw;
        outcome.error = error;
      }
    }
    return deleted;
  }

  uint64_t Resolve(const pg::TablePart& part) {
    uint64_t deleted = 0;
    WithPatience(session_, options_.patience, Deadline::After(options_.patience.total),
                 context_.stop, "SET LOCAL synchronous_commit = on", [&] {
                   deleted =
                       ResolveDuplicates(session_, part, options_.txid_column, policy_,
                                         CurrentTxids(session_, relation_),
                                         [&](pg::Connection&, std::span<const DuplicateRow> rows) {
                                           WriteRejects(part, rows);
                                         });
                 });
    return deleted;
  }

  std::vector<FoundLine> Lines(const TxidObject& object, const pg::TablePart& part,
                               std::vector<std::string> values) const {
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return FindLines(context_.database, context_.make_system, object, part, values, context_.stop);
  }

  // What was deleted goes into the books of its objects, in the transaction that deletes it.
  void WriteRejects(const pg::TablePart& part, std::span<const DuplicateRow> rows) {
    auto deleted = ValuesByTxid(rows);
    for (const TxidObject& object : ObjectsOfTxids(session_, relation_, Txids(deleted))) {
      const std::vector<std::string>& values = deleted[object.txid];
      RejectLoaded(session_, object, Rejects(object, part, values));
    }
  }

  // One reject for each of `values`. Where an object has a key in more lines than were deleted, the
  // lines that the policy keeps are left out.
  std::vector<Reject> Rejects(const TxidObject& object, const pg::TablePart& part,
                              const std::vector<std::string>& values) const {
    std::map<std::string, size_t> wanted;
    for (const std::string& value : values) ++wanted[value];
    std::vector<FoundLine> lines = Lines(object, part, values);
    if (policy_ == KeepPolicy::kKeepFirst) std::ranges::reverse(lines);
    std::vector<Reject> rejects;
    for (FoundLine& line : lines) {
      auto found = wanted.find(line.value);
      if (found == wanted.end() || found->second == 0) continue;
      --found->second;
      rejects.push_back(MakeReject(part, line));
    }
    if (rejects.size() != values.size()) {
      throw Fault("duplicate-unread", ToString(object.object) +
                                          " holds other records than those that were loaded from "
                                          "it")
          .Remedy("bring the object back as it was loaded, or delete the rows that are too many");
    }
    return rejects;
  }

  static Reject MakeReject(const pg::TablePart& part, FoundLine& line) {
    Reject reject;
    reject.position = line.position;
    reject.reason = "duplicate-key";
    reject.message =
        fmt::format("another row has its {}: found when {} came back", part.keys, NameOf(part));
    reject.remedy = "remove the record, or give it a key of its own";
    reject.record_id = line.value;
    reject.raw = std::move(line.raw);
    return reject;
  }

  std::vector<NamedDuplicate> Name(const PartOutcome& outcome) const {
    std::span<const DuplicateRow> rows = outcome.duplicates.rows;
    rows = rows.first(std::min(rows.size(), limits::kDuplicateLinesMax));
    auto values = ValuesByTxid(rows);
    std::map<int64_t, TxidObject> objects;
    std::multimap<std::pair<int64_t, std::string>, uint64_t> lines;
    pg::Connection connection = Connect();
    for (TxidObject& object : ObjectsOfTxids(connection, relation_, Txids(values))) {
      try {
        for (const FoundLine& line : Lines(object, outcome.part, values[object.txid])) {
          lines.emplace(std::pair(object.txid, line.value), line.position.line);
        }
      } catch (const Error& error) {
        if (context_.stop.requested()) throw;  // else: named without its line
      }
      objects.emplace(object.txid, std::move(object));
    }
    std::vector<NamedDuplicate> named;
    for (const DuplicateRow& row : rows) {
      NamedDuplicate& duplicate = named.emplace_back();
      duplicate.value = row.value;
      auto object = objects.find(row.txid.value_or(0));
      if (object == objects.end()) continue;
      duplicate.object = ToString(object->second.object);
      auto line = lines.find(std::pair(object->first, row.value));
      if (line == lines.end()) continue;
      duplicate.line = line->second;
      lines.erase(line);
    }
    return named;
  }

  const BringBackContext& context_;
  const uint32_t relation_;
  const KeepPolicy policy_;
  pg::Connection& session_;
  RestoreOptions options_;
  std::map<std::string, PartOutcome> outcomes_;  // the last of each part
};

}  // namespace

std::vector<PartFlaw> BringBack(const BringBackContext& context, pg::Connection& session,
                                uint32_t relation, KeepPolicy policy) {
  return Return(context, session, relation, policy).Run();
}

}  // namespace sluice
