// What the mapper and the JSON check promise about PostgreSQL, asked of a real one.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/buffer_pool.h"
#include "pg/world_testing.h"
#include "record/json_case_testing.h"
#include "record/json_fault.h"
#include "row/copy_binary.h"
#include "system/fhir/fhir_mapper.h"
#include "system/fhir/fhir_time.h"

namespace sluice {
namespace {

class FhirMapperPgTest : public pg::PgTest {
 protected:
  void SetUp() override {
    PgTest::SetUp();
    session().ExecScript(fmt::format(
        "CREATE TYPE {0}.status AS ENUM ('created', 'updated'); CREATE TABLE {0}.patient (id text, "
        "txid bigint, ts timestamptz, resource_type text, status {0}.status, resource jsonb)",
        schema()));
  }

  // Whether the server takes `jsonb` the way it gets it from us: in a binary COPY.
  bool Takes(const std::string& jsonb) {
    std::string bytes(CopyBinaryHeader());
    CopyBinaryEncoder encoder(bytes);
    encoder.Tuple(1);
    encoder.BeginJsonb();
    encoder.JsonbPiece(jsonb);
    encoder.EndJsonb();
    bytes += CopyBinaryTrailer();
    try {
      Copy("(resource)", bytes);
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::kPostgres) << error.what();
      return false;
    }
  }

  void Copy(const std::string& columns, const std::string& bytes) {
    session().BeginCopy(
        fmt::format("COPY {}{} FROM STDIN (FORMAT binary)", In("patient"), columns));
    session().PutCopy(bytes);
    session().EndCopy();
  }

  // Loads records, all of which must map.
  void Load(const std::vector<std::string>& records) {
    auto mapper = NewFhirMapper("Patient", 7, 0);
    Rows rows;
    std::vector<Reject> rejects;
    for (const std::string& record : records) {
      std::string padded = record + std::string(Buffer::kPadding, ' ');
      RecordBlock block;
      block.records.push_back({{padded.data(), record.size()}, {1, 0}});
      mapper->Map(block, rows, rejects);
    }
    ASSERT_EQ(rejects.size(), 0u) << rejects[0].message;
    Copy("",
         std::string(CopyBinaryHeader()) + rows.table(0).bytes + std::string(CopyBinaryTrailer()));
  }
};

TEST_F(FhirMapperPgTest, TheCheckAndJsonbAgreeOnEveryCase) {
  for (const JsonCase& c : JsonCases()) {
    EXPECT_EQ(Takes(c.text), c.jsonb_takes) << c.text.substr(0, 100) << " " << c.text.size();
  }
}

TEST_F(FhirMapperPgTest, ReadsBackTheDeepestRecord) {
  std::string deep = "{\"id\":\"a\",\"x\":";
  for (size_t i = 1; i < kJsonDepthMax; ++i) deep += "{\"x\":";
  deep += "1" + std::string(kJsonDepthMax, '}');
  Load({deep});
  EXPECT_EQ(One("SELECT length(replace(resource::text, ' ', '')) FROM " + In("patient")),
            std::to_string(deep.size() - std::string("\"id\":\"a\",").size()));
  EXPECT_EQ(One("SELECT resource = resource::text::jsonb FROM " + In("patient")), "t");
}

TEST_F(FhirMapperPgTest, ARecordBecomesTheRowItSays) {
  Load(
      {R"({"resourceType":"Patient","id":"p-1","meta":{"versionId":"4","lastUpdated":)"
       R"("2015-02-07T13:28:17.239+02:00","source":"#x"},"n":123456789012345678901234567890.50})"});
  EXPECT_EQ(
      One("SELECT format('%s|%s|%s|%s|%s|%s', id, txid, ts AT TIME ZONE 'UTC', resource_type, "
          "status, resource) FROM " +
          In("patient")),
      "p-1|7|2015-02-07 11:28:17.239|Patient|created|"
      R"({"n": 123456789012345678901234567890.50, "meta": {"source": "#x"}})");
}

TEST_F(FhirMapperPgTest, CountsTimeAsTheServerDoes) {
  for (const char* text :
       {"2000-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z", "1900-02-28T23:59:59+14:00", "2024-02-29T00:00:00-12:00",
        "2016-12-31T23:59:60Z", "2015-02-07T13:28:17.23912345+02:00",
        "2015-02-07T13:28:17.2399999-02:30"}) {
    auto micros = ParseFhirInstant(text);
    ASSERT_TRUE(micros) << text;
    EXPECT_EQ(One("SELECT (extract(epoch FROM $1::timestamptz - '2000-01-01T00:00:00Z') "
                  "* 1000000)::bigint",
                  {text}),
              std::to_string(*micros))
        << text;
  }
}

}  // namespace
}  // namespace sluice
