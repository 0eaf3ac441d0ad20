#include "app/as_json.h"

#include <nlohmann/json.hpp>

#include "app/import_view.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

// Keys of objects are bytes; what is not UTF-8 in them becomes U+FFFD.
std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Optional(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json Fields(const Error& error) {
  return {{"origin", ToString(error.origin())},
          {"code", error.code()},
          {"message", error.message()},
          {"remedy", Optional(error.remedy())}};
}

Json Fields(const Counts& counts) {
  return {{"read", counts.read},
          {"loaded", counts.loaded},
          {"rejected", counts.rejected},
          {"skipped", counts.skipped}};
}

Json Fields(std::span<const LabelTally> tables) {
  Json array = Json::array();
  for (const LabelTally& table : tables) {
    array.push_back({{"label", table.label},
                     {"table", TableOfTarget(table.target)},
                     {"objects", table.objects},
                     {"rows", table.records_loaded}});
  }
  return array;
}

Json Fields(const MissingPart& missing) {
  const SetAsideRow& row = missing.row;
  Json duplicates = Json::array();
  for (const NamedDuplicate& duplicate : missing.duplicates) {
    duplicates.push_back({{"key", duplicate.value},
                          {"object", Optional(duplicate.object)},
                          {"line", duplicate.line == 0 ? Json(nullptr) : Json(duplicate.line)}});
  }
  return {{"index", row.part.name},
          {"table", TableOf(row.part)},
          {"kind", ToString(row.part.kind)},
          {"definition", row.part.index_definition},
          {"constraint", Optional(row.part.constraint_definition)},
          {"state", row.state},
          {"aside_at", Optional(row.aside_at)},
          {"restore_start", Optional(row.restore_start)},
          {"restore_end", Optional(row.restore_end)},
          {"restore_ms", row.restore_ms ? Json(*row.restore_ms) : Json(nullptr)},
          {"code", Optional(row.error_code)},
          {"message", Optional(row.error_message)},
          {"duplicates", duplicates},
          {"violations", missing.violations}};
}

Json ErrorOf(const JobRow& job) {
  if (job.error_code.empty()) return nullptr;
  auto number = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(std::stoull(text));
  };
  return {{"origin", job.error_origin},     {"code", job.error_code},
          {"message", job.error_message},   {"remedy", Optional(job.error_remedy)},
          {"line", number(job.error_line)}, {"byte", number(job.error_byte)}};
}

Json Fields(const JobRow& job) {
  return {{"import", job.import.value},
          {"object", ToString(job.object)},
          {"key", job.object.key},
          {"label", job.label},
          {"table", TableOfTarget(job.target)},
          {"etag", job.object.etag},
          {"bytes", job.size_bytes},
          {"state", ToString(job.state)},
          {"reason", Optional(job.reason)},
          {"attempts", job.attempts},
          {"crashes", job.crashes},
          {"records", Fields(job.records)},
          {"error", ErrorOf(job)},
          {"started_at", Optional(job.started_at)},
          {"finished_at", Optional(job.finished_at)},
          {"not_before", Optional(job.not_before)}};
}

Json Fields(const Import& import) {
  Json error = nullptr;
  if (!import.error_code.empty()) {
    error = {{"origin", import.error_origin},
             {"code", import.error_code},
             {"message", import.error_message},
             {"remedy", Optional(import.error_remedy)}};
  }
  return {{"import", import.id.value},
          {"state", StateWord(import)},
          {"system", import.system},
          {"source", import.source},
          {"listed", import.listed},
          {"created_at", Optional(import.created_at)},
          {"started_at", Optional(import.started_at)},
          {"finished_at", Optional(import.finished_at)},
          {"error", error}};
}

Json Fields(const std::vector<MissingPart>& missing) {
  Json array = Json::array();
  for (const MissingPart& part : missing) array.push_back(Fields(part));
  return array;
}

}  // namespace

std::string MissingPartJson(const MissingPart& missing) { return Line(Fields(missing)); }

std::string ErrorJson(const Error& error) { return Line({{"error", Fields(error)}}); }

std::string ExtractJson(const ExtractResult& result) {
  return Line({{"manifest", result.manifest},
               {"rows", result.rows},
               {"parts", result.parts},
               {"bytes", result.bytes},
               {"found_complete", result.found_complete}});
}

std::string TransferJson(const TableOutcome& table) {
  Json json = {{"table", table.table},
               {"extracted", table.extracted},
               {"rows_extracted", table.rows_extracted},
               {"parts", table.parts},
               {"bytes", table.bytes},
               {"rows_loaded", table.rows_loaded},
               {"objects_failed", table.objects_failed},
               {"complete", table.complete},
               {"seconds", table.seconds}};
  if (table.error) json["error"] = Fields(*table.error);
  return Line(json);
}

std::string SummaryJson(const Summary& summary) {
  const Summary::Objects& objects = summary.objects;
  Json failed = Json::array();
  for (const JobRow& job : summary.failed) {
    Json fields = {
        {"object", ToString(job.object)}, {"key", job.object.key}, {"attempts", job.attempts}};
    fields.update(ErrorOf(job));
    failed.push_back(fields);
  }
  auto per_second = [&](uint64_t amount) {
    return summary.seconds > 0 ? static_cast<double>(amount) / summary.seconds : 0;
  };
  Json line = {{"import", summary.import.value},
               {"state", summary.interrupted ? "interrupted" : ToString(summary.state)},
               {"seconds", summary.seconds},
               {"objects",
                {{"loaded", objects.loaded},
                 {"skipped", objects.already_loaded},
                 {"changed", objects.changed},
                 {"ignored", objects.ignored},
                 {"failed", objects.failed},
                 {"waiting", objects.waiting},
                 {"cancelled", objects.cancelled}}},
               {"records", Fields(summary.records)},
               {"rows_per_second", per_second(summary.rows_here)},
               {"json_bytes_per_second", per_second(summary.unpacked_bytes_here)},
               {"tables", Fields(summary.tables)},
               {"failed", failed},
               {"outbox_failed", summary.outbox_failed},
               {"indexes", Fields(summary.missing)},
               {"fault", summary.fault ? Fields(*summary.fault) : Json(nullptr)},
               {"exit", static_cast<int>(ExitFor(summary))}};
  if (!summary.disqualified.empty()) line["disqualified"] = summary.disqualified;
  return Line(line);
}

std::string ProgressJson(const ProgressView& view) {
  Json current = Json::array();
  for (const std::string& object : view.current) current.push_back(Optional(object));
  std::optional<double> eta = view.eta();
  return Line({{"import", view.import},
               {"seconds", view.seconds},
               {"listed", view.listed},
               {"objects",
                {{"done", view.objects_done},
                 {"total", view.objects_total},
                 {"failed", view.objects_failed},
                 {"ignored", view.ignored}}},
               {"bytes", {{"done", view.bytes_done}, {"total", view.bytes_total}}},
               {"rows", view.rows},
               {"rows_per_second", view.rows_per_second},
               {"json_bytes_per_second", view.json_per_second},
               {"retries", view.retries},
               {"restoring", view.restoring},
               {"eta_seconds", eta ? Json(*eta) : Json(nullptr)},
               {"current", current}});
}

std::string ImportJson(const Import& import) { return Line(Fields(import)); }

std::string ImportJson(const Import& import, const Tally& tally, std::span<const LabelTally> tables,
                       const std::vector<MissingPart>& missing) {
  Json fields = Fields(import);
  Json objects, bytes;
  for (JobState state : {JobState::kPending, JobState::kRunning, JobState::kDone,
                         JobState::kSkipped, JobState::kDead, JobState::kCancelled}) {
    objects[std::string(ToString(state))] = tally.all(state).jobs;
    bytes[std::string(ToString(state))] = tally.all(state).packed_bytes;
  }
  fields["objects"] = objects;
  fields["bytes"] = bytes;
  fields["records"] = Fields(tally.all(JobState::kDone).records);
  fields["tables"] = Fields(tables);
  fields["indexes"] = Fields(missing);
  return Line(fields);
}

std::string JobJson(const JobRow& job) { return Line(Fields(job)); }

}  // namespace sluice
