#include "ledger/object_record.h"

#include "base/check.h"
#include "ledger/object_record_sql.h"

namespace sluice {
namespace {

pg::Value AsValue(const std::optional<std::string>& text) {
  return text ? pg::Value(*text) : pg::Value();
}

pg::Value AsArray(std::vector<pg::Value> texts) {
  return texts.empty() ? pg::Value() : pg::Value(pg::TextArray(texts));
}

pg::Params ParamsOf(const ObjectRecordFilter& filter) {
  std::vector<pg::Value> states;
  for (JobState state : filter.states) states.emplace_back(std::string(ToString(state)));
  pg::Value id;
  if (filter.id) id = std::to_string(filter.id.value);
  return {filter.system,
          AsValue(filter.bucket),
          AsValue(filter.store_prefix),
          AsValue(filter.key_prefix),
          AsArray({filter.labels.begin(), filter.labels.end()}),
          AsArray(std::move(states)),
          id};
}

ObjectRecord ReadRecord(const pg::Result& rows, int row) {
  ObjectRecord record;
  int column = 0;
  auto text = [&] { return std::string(rows.text(row, column++)); };
  auto number = [&] { return static_cast<uint64_t>(rows.int8(row, column++)); };
  record.id = {rows.int8(row, column++)};
  record.label = text();
  record.object = {text(), text(), text(), text()};
  record.size_bytes = number();
  record.state = ParseJobState(text());
  record.reason = text();
  record.records_loaded = number();
  record.records_rejected = number();
  for (std::string* field :
       {&record.last_modified, &record.started_at, &record.finished_at, &record.error_origin,
        &record.error_code, &record.error_message, &record.error_line, &record.error_byte}) {
    *field = text();
  }
  return record;
}

}  // namespace

ObjectRecordPage FindObjectRecords(pg::Connection& connection, const ObjectRecordFilter& filter,
                                   uint64_t limit, uint64_t offset) {
  pg::Params params = ParamsOf(filter);
  params.emplace_back(std::to_string(limit));
  params.emplace_back(std::to_string(offset));
  pg::Result rows = connection.Exec(sql::kObjectRecords, params);
  ObjectRecordPage page;
  for (int row = 0; row < rows.rows(); ++row) page.records.push_back(ReadRecord(rows, row));
  for (const auto& [state, count] : CountObjectRecords(connection, filter)) page.total += count;
  return page;
}

std::map<JobState, uint64_t> CountObjectRecords(pg::Connection& connection,
                                                const ObjectRecordFilter& filter) {
  pg::Result rows = connection.Exec(sql::kCountObjectRecords, ParamsOf(filter));
  std::map<JobState, uint64_t> counts;
  for (int row = 0; row < rows.rows(); ++row) {
    counts[ParseJobState(rows.text(row, 0))] = static_cast<uint64_t>(rows.int8(row, 1));
  }
  return counts;
}

void ForgetRecord(pg::Connection& connection, const ObjectRecord& record) {
  CHECK(record.state != JobState::kRunning);
  ObjectName name{record.object.store, record.object.bucket, record.object.key};
  ForgetObject(connection, name);
  RetryObject(connection, name);
}

uint64_t CountForgotten(pg::Connection& connection, ImportId import) {
  pg::Result count = connection.Exec(sql::kCountForgotten, {std::to_string(import.value)});
  return static_cast<uint64_t>(count.int8(0, 0));
}

}  // namespace sluice
