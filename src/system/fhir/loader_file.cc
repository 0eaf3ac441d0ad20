#include "system/fhir/loader_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "system/fhir/aidbox_error.h"

namespace sluice {
namespace {

constexpr std::string_view kFileStore = "file://";
constexpr std::string_view kFileBucket = "local";

struct StatusWord {
  JobState state;
  std::string_view word;
};
constexpr std::array kStatusWords = {
    StatusWord{JobState::kPending, "pending"}, StatusWord{JobState::kRunning, "in-progress"},
    StatusWord{JobState::kDone, "done"},       StatusWord{JobState::kDead, "error"},
    StatusWord{JobState::kSkipped, "skiped"},
};

std::string BucketOf(const ObjectRef& object) {
  if (!object.bucket.empty()) return object.bucket;
  return object.store.starts_with(kFileStore) ? std::string(kFileBucket) : object.store;
}

int64_t Number(const std::string& digits) {
  int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

void AddOutcome(const ObjectRecord& record, Json& file) {
  if (record.state == JobState::kDone) file["loaded"] = record.records_loaded;
  file["status"] = LoaderFileStatus(record.state);
  if (record.state == JobState::kSkipped) {
    file["message"] = record.reason == "changed" ? "changed since it was loaded; not loaded again"
                                                 : "loaded already";
  }
  if (record.state != JobState::kDead) return;
  if (record.error_code.empty()) {
    file["error"] = {{"code", "cancelled"}, {"source", "aidbox"}};
    file["message"] = "the import was cancelled";
    return;
  }
  // The place has fields of its own; their messages are the database's words alone.
  std::string place = fmt::format("line {}, byte {}: ", record.error_line, record.error_byte);
  std::string_view message = record.error_message;
  if (message.starts_with(place)) message.remove_prefix(place.size());
  AidboxError error = AsAidboxError(record.error_origin, record.error_code, message);
  file["error"] = {{"code", error.code}, {"source", error.source}};
  if (!record.error_line.empty()) file["error"]["line"] = Number(record.error_line);
  if (!record.error_byte.empty()) file["error"]["byte"] = Number(record.error_byte);
  file["message"] = error.message;
}

}  // namespace

std::string_view LoaderFileStatus(JobState state) {
  if (state == JobState::kCancelled) state = JobState::kDead;
  return std::ranges::find(kStatusWords, state, &StatusWord::state)->word;
}

Json LoaderFile(const ObjectRecord& record) {
  Json file = {{"resourceType", "LoaderFile"}, {"id", std::to_string(record.id.value)}};
  auto add = [&](const char* name, std::string value) {
    if (!value.empty()) file[name] = std::move(value);
  };
  bool is_final = record.state != JobState::kPending && record.state != JobState::kRunning;
  if (record.state != JobState::kPending) add("start", FhirDateTime(record.started_at));
  if (is_final) add("end", FhirDateTime(record.finished_at));
  file["file"] = record.object.key;
  file["size"] = record.size_bytes;
  file["type"] = record.label;
  file["bucket"] = BucketOf(record.object);
  AddOutcome(record, file);
  add("last-modified", FhirDateTime(record.last_modified));
  add("etag", record.object.etag);
  if (record.records_rejected != 0) file["rejected"] = record.records_rejected;
  return file;
}

Json LoaderFileProgress(const std::map<JobState, uint64_t>& counts) {
  std::map<std::string_view, uint64_t> by_word;
  uint64_t total = 0;
  for (const auto& [state, count] : counts) {
    by_word[LoaderFileStatus(state)] += count;
    total += count;
  }
  Json progress = {{"total", total}, {"pending", by_word["pending"]}, {"done", by_word["done"]}};
  for (std::string_view word : {"in-progress", "error", "skiped"}) {
    if (by_word[word] != 0) progress[std::string(word)] = by_word[word];
  }
  return progress;
}

ObjectRecordFilter FilesOfBucket(std::string_view bucket) {
  ObjectRecordFilter filter;
  filter.system = "fhir";
  if (bucket == kFileBucket) {
    filter.bucket = "";
    filter.store_prefix = kFileStore;
    return filter;
  }
  if (bucket.starts_with("s3://")) bucket.remove_prefix(5);
  if (bucket.ends_with('/')) bucket.remove_suffix(1);
  filter.bucket = bucket;
  return filter;
}

std::span<const std::string_view> LoaderFileParameters() {
  static constexpr std::array<std::string_view, 4> kNames = {"bucket", "status", "type", "file"};
  return kNames;
}

ObjectRecordFilter LoaderFileFilter(const Search& search) {
  ObjectRecordFilter filter;
  filter.system = "fhir";
  if (const std::string* bucket = search.one("bucket")) filter = FilesOfBucket(*bucket);
  if (const std::string* file = search.one("file")) filter.key_prefix = *file;
  if (auto types = search.parameters.find("type"); types != search.parameters.end()) {
    filter.labels = types->second;
  }
  auto statuses = search.parameters.find("status");
  if (statuses == search.parameters.end()) return filter;
  for (const std::string& word : statuses->second) {
    auto found = std::ranges::find(kStatusWords, word, &StatusWord::word);
    if (found == kStatusWords.end()) {
      throw Fault("search-invalid", "status is pending, in-progress, done, error or skiped")
          .With(Scope::kRun);
    }
    filter.states.push_back(found->state);
  }
  return filter;
}

}  // namespace sluice
