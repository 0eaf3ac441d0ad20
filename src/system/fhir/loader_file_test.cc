#include "system/fhir/loader_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "system/fhir/aidbox_error.h"
#include "system/fhir/disabled_index.h"

namespace sluice {
namespace {

// The file of the specification's examples.
ObjectRecord Example(JobState state) {
  ObjectRecord record;
  record.id = {7};
  record.label = "Patient";
  record.object = {"file://host", "", "/tmp/patient.ndjson.gz", "100-1"};
  record.size_bytes = 100;
  record.state = state;
  record.last_modified = "2022-04-11 14:00:00+00";
  record.started_at = "2022-04-11 14:50:26.5+00";
  record.finished_at = "2022-04-11 14:50:27.893+00";
  return record;
}

// The fields of the specification's example, in its order, as JSON text.
std::string Shown(const Json& file) {
  Json shown;
  for (const char* name : {"end", "file", "size", "type", "bucket", "loaded", "status"}) {
    if (file.contains(name)) shown[name] = file[name];
  }
  if (file.contains("error")) {
    shown["error"] = {{"code", file["error"]["code"]}, {"source", file["error"]["source"]}};
    shown["message"] = file["message"];
  }
  return shown.dump(2);
}

TEST(LoaderFileTest, ADoneFileIsTheSpecificationsExample) {
  ObjectRecord record = Example(JobState::kDone);
  record.records_loaded = 20;
  EXPECT_EQ(Shown(LoaderFile(record)), R"({
  "end": "2022-04-11T14:50:27.893Z",
  "file": "/tmp/patient.ndjson.gz",
  "size": 100,
  "type": "Patient",
  "bucket": "local",
  "loaded": 20,
  "status": "done"
})");
}

TEST(LoaderFileTest, AFailedFileIsTheSpecificationsExample) {
  ObjectRecord record = Example(JobState::kDead);
  record.error_origin = "postgres";
  record.error_code = "23505";
  record.error_line = "4";
  record.error_byte = "25";
  record.error_message =
      "line 4, byte 25: duplicate key value violates unique constraint \"patient_pkey\"";
  EXPECT_EQ(Shown(LoaderFile(record)), R"({
  "end": "2022-04-11T14:50:27.893Z",
  "file": "/tmp/patient.ndjson.gz",
  "size": 100,
  "type": "Patient",
  "bucket": "local",
  "status": "error",
  "error": {
    "code": "23505",
    "source": "postgres"
  },
  "message": "23505: ERROR: duplicate key value violates unique constraint \"patient_pkey\""
})");
}

TEST(LoaderFileTest, WhatTheSpecificationLeavesOutIsAdded) {
  ObjectRecord record = Example(JobState::kDead);
  record.error_origin = "sluice";
  record.error_code = "json-syntax";
  record.error_line = "3";
  record.error_byte = "10";
  record.error_message = "no JSON";
  record.records_rejected = 2;
  Json file = LoaderFile(record);
  EXPECT_EQ(file["resourceType"], "LoaderFile");
  EXPECT_EQ(file["id"], "7");
  EXPECT_EQ(file["etag"], "100-1");
  EXPECT_EQ(file["rejected"], 2);
  EXPECT_EQ(file["start"], "2022-04-11T14:50:26.500Z");
  EXPECT_EQ(file["last-modified"], "2022-04-11T14:00:00.000Z");
  EXPECT_EQ(file["error"].dump(), R"({"code":"json-syntax","source":"aidbox","line":3,"byte":10})");
  EXPECT_EQ(file["message"], "json-syntax: no JSON");
}

TEST(LoaderFileTest, EveryStatusHasItsWord) {
  EXPECT_EQ(LoaderFileStatus(JobState::kPending), "pending");
  EXPECT_EQ(LoaderFileStatus(JobState::kRunning), "in-progress");
  EXPECT_EQ(LoaderFileStatus(JobState::kDone), "done");
  EXPECT_EQ(LoaderFileStatus(JobState::kDead), "error");
  EXPECT_EQ(LoaderFileStatus(JobState::kCancelled), "error");
  EXPECT_EQ(LoaderFileStatus(JobState::kSkipped), "skiped");
  EXPECT_FALSE(LoaderFile(Example(JobState::kPending)).contains("start"));
  EXPECT_FALSE(LoaderFile(Example(JobState::kRunning)).contains("end"));
  EXPECT_EQ(LoaderFile(Example(JobState::kSkipped))["message"], "loaded already");
  EXPECT_EQ(LoaderFile(Example(JobState::kDead))["error"]["code"], "cancelled");
}

TEST(LoaderFileTest, ProgressCountsWhatThereIs) {
  EXPECT_EQ(LoaderFileProgress({{JobState::kDone, 3},
                                {JobState::kDead, 1},
                                {JobState::kRunning, 2},
                                {JobState::kSkipped, 1}})
                .dump(),
            R"({"total":7,"pending":0,"done":3,"in-progress":2,"error":1,"skiped":1})");
}

TEST(AidboxErrorTest, CodesHaveTheirNames) {
  auto shown = [](std::string_view origin, std::string_view code) {
    AidboxError error = AsAidboxError(origin, code, "why");
    return error.source + " " + error.message;
  };
  EXPECT_EQ(shown("aws", "InvalidAccessKeyId"), "aws InvalidAccount: why");
  EXPECT_EQ(shown("aws", "SignatureDoesNotMatch"), "aws InvalidAccount: why");
  EXPECT_EQ(shown("aws", "NoSuchBucket"), "aws NoSuchKey: why");
  EXPECT_EQ(shown("aws", "NoSuchKey"), "aws NoSuchKey: why");
  EXPECT_EQ(shown("aws", "AccessDenied"), "aws AccessDenied: why");
  EXPECT_EQ(shown("postgres", "23505"), "postgres 23505: ERROR: why");
  EXPECT_EQ(shown("sluice", "NoSuchBucket"), "aidbox NoSuchBucket: why");
}

http::RouteContext Asking(std::vector<std::pair<std::string, std::string>> query) {
  http::RouteContext context;
  context.query = std::move(query);
  return context;
}

TEST(SearchTest, ParametersBecomeAFilter) {
  Search search = ParseSearch(Asking({{"bucket", "s3://b/"},
                                      {"status", "done,error"},
                                      {"type", "Patient"},
                                      {"file", "in/a\\,b"},
                                      {"_count", "5"},
                                      {"_page", "3"}}),
                              "LoaderFile", LoaderFileParameters());
  ObjectRecordFilter filter = LoaderFileFilter(search);
  EXPECT_EQ(filter.bucket, "b");
  EXPECT_EQ(filter.states, (std::vector{JobState::kDone, JobState::kDead}));
  EXPECT_EQ(filter.labels, std::vector<std::string>{"Patient"});
  EXPECT_EQ(filter.key_prefix, "in/a,b");
  EXPECT_EQ(search.offset(), 10u);
  EXPECT_EQ(FilesOfBucket("local").store_prefix, "file://");
}

TEST(SearchTest, PagesAreLinked) {
  Search search = ParseSearch(Asking({{"file", "a b,c"}, {"_count", "2"}, {"_page", "2"}}),
                              "LoaderFile", LoaderFileParameters());
  Json bundle = SearchBundle(search, {{{"id", "1"}}}, 5);
  EXPECT_EQ(bundle.dump(),
            R"({"resourceType":"Bundle","type":"searchset","total":5,"link":[)"
            R"({"relation":"self","url":"/LoaderFile?file=a%20b%2Cc&_count=2&_page=2"},)"
            R"({"relation":"first","url":"/LoaderFile?file=a%20b%2Cc&_count=2&_page=1"},)"
            R"({"relation":"previous","url":"/LoaderFile?file=a%20b%2Cc&_count=2&_page=1"},)"
            R"({"relation":"next","url":"/LoaderFile?file=a%20b%2Cc&_count=2&_page=3"},)"
            R"({"relation":"last","url":"/LoaderFile?file=a%20b%2Cc&_count=2&_page=3"}],)"
            R"("entry":[{"resource":{"id":"1"}}]})");
}

TEST(DisabledIndexTest, HasTheShapeOfAidboxs) {
  SetAsideRow row;
  row.part.relation = 1;
  row.part.schema = "public";
  row.part.table = "patient";
  row.part.name = "patient_x";
  row.part.index_definition = "CREATE INDEX patient_x ON public.patient USING btree (ts)";
  row.state = "standing";
  row.restore_start = "2024-02-29 12:00:00.1+00";
  row.restore_end = "2024-02-29 12:00:01.25+00";
  row.restore_ms = 1150;
  Json index = DisabledIndex(row);
  std::string id = index["id"];
  index.erase("id");
  Json wanted = {{"resourceType", "DisabledIndex"},
                 {"schemaname", "public"},
                 {"tablename", "patient"},
                 {"indexname", "patient_x"},
                 {"status", "restored"},
                 {"indexdef", "CREATE INDEX patient_x ON public.patient USING btree (ts)"},
                 {"restore",
                  {{"start", "2024-02-29T12:00:00.100Z"},
                   {"end", "2024-02-29T12:00:01.250Z"},
                   {"duration", 1150}}}};
  EXPECT_EQ(index.dump(), wanted.dump());
  EXPECT_EQ(id.size(), 32u);
  row.state = "aside";
  EXPECT_EQ(DisabledIndex(row)["status"], "disabled");
  EXPECT_EQ(DisabledIndexId(row), id);
}

TEST(SearchTest, EveryErrorPath) {
  auto code = [](std::vector<std::pair<std::string, std::string>> query) -> std::string {
    try {
      LoaderFileFilter(ParseSearch(Asking(std::move(query)), "LoaderFile", LoaderFileParameters()));
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  };
  EXPECT_EQ(code({{"colour", "red"}}), "search-invalid");
  EXPECT_EQ(code({{"status", "skipped"}}), "search-invalid");
  EXPECT_EQ(code({{"file", "a"}, {"file", "b"}}), "search-invalid");
  EXPECT_EQ(code({{"file", "a,b"}}), "search-invalid");
  EXPECT_EQ(code({{"_count", "0"}}), "search-invalid");
  EXPECT_EQ(code({{"_page", "x"}}), "search-invalid");
  EXPECT_EQ(code({{"status", "skiped"}}), "");
}

}  // namespace
}  // namespace sluice
