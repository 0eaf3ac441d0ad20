#include "system/fhir/fhir_mapper.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/buffer_pool.h"
#include "bytes/corpus_testing.h"
#include "record/json_case_testing.h"
#include "row/copy_binary.h"
#include "system/fhir/fhir_mapper_fuzz_testing.h"

namespace sluice {
namespace {

constexpr int64_t kTxid = 7;
constexpr int64_t kNow = 12'345;

class FhirMapperTest : public testing::Test {
 protected:
  // Maps one record at line 3, byte 40.
  void Map(const std::string& text) {
    std::string padded = text + std::string(Buffer::kPadding, '}');
    RecordBlock block;
    block.records.push_back({{padded.data(), text.size()}, {3, 40}});
    rows_.clear();
    rejects_.clear();
    mapper_->Map(block, all_, rejects_);
    EXPECT_EQ(rows_.rows() + rejects_.size(), 1u) << text;
    EXPECT_EQ(rows_.bytes.empty(), rows_.rows() == 0);
  }

  // The tuple a resource should become.
  static std::string Tuple(std::string_view id, std::string_view jsonb, int64_t ts = kNow) {
    std::string bytes;
    CopyBinaryEncoder encoder(bytes);
    encoder.Tuple(6);
    encoder.Text(id);
    encoder.Int8(kTxid);
    encoder.TimestampTz(ts);
    encoder.Text("Patient");
    encoder.Text("created");
    encoder.BeginJsonb();
    encoder.JsonbPiece(jsonb);
    encoder.EndJsonb();
    return bytes;
  }

  // The jsonb text of a record whose id is "a".
  std::string Jsonb(const std::string& text) {
    Map(text);
    std::string empty = Tuple("a", "");
    return rows_.bytes.size() < empty.size() ? "rejected" : rows_.bytes.substr(empty.size());
  }

  std::string Reason(const std::string& text) {
    Map(text);
    if (rejects_.empty()) return "";
    EXPECT_NE(rejects_[0].message, "");
    EXPECT_NE(rejects_[0].remedy, "");
    return rejects_[0].reason;
  }

  std::unique_ptr<Mapper> mapper_ = NewFhirMapper("Patient", kTxid, kNow);
  Rows all_;
  RowBatch& rows_ = all_.table(0);
  std::vector<Reject> rejects_;
};

TEST_F(FhirMapperTest, MapsAResourceToATuple) {
  Map(R"({"resourceType":"Patient","id":"a-1.B","meta":{"versionId":"3",)"
      R"("lastUpdated":"2000-01-01T00:00:01Z","tag":[]},"active":true})");
  EXPECT_EQ(rows_.bytes, Tuple("a-1.B", R"({"meta":{"tag":[]},"active":true})", 1'000'000));
  ASSERT_EQ(rows_.rows(), 1u);
  EXPECT_EQ(rows_.positions[0].line, 3u);
  EXPECT_EQ(rows_.positions[0].byte_offset, 40u);
}

TEST_F(FhirMapperTest, LastUpdatedIsOptional) {
  Map(R"({"id":"a"})");
  EXPECT_EQ(rows_.bytes, Tuple("a", "{}"));
}

TEST_F(FhirMapperTest, CutsMembersWithTheirCommas) {
  EXPECT_EQ(Jsonb(R"({"id":"a"})"), "{}");
  EXPECT_EQ(Jsonb(R"({"id":"a","x":1})"), R"({"x":1})");
  EXPECT_EQ(Jsonb(R"({"x":1,"id":"a"})"), R"({"x":1})");
  EXPECT_EQ(Jsonb(R"({"x":1,"id":"a","y":2})"), R"({"x":1,"y":2})");
  EXPECT_EQ(Jsonb(R"({"id":"a","resourceType":"Patient"})"), "{}");
  EXPECT_EQ(Jsonb(R"({"x":1,"resourceType":"Patient","id":"a"})"), R"({"x":1})");
  EXPECT_EQ(Jsonb(R"({"id":"a","x":1,"resourceType":"Patient"})"), R"({"x":1})");
  EXPECT_EQ(Jsonb(R"({"id":"a","x":1,"resourceType":"Patient","y":2})"), R"({"x":1,"y":2})");
  EXPECT_EQ(Jsonb(R"( { "x" : 1 , "id" : "a" } )"), R"( { "x" : 1 } )");
  EXPECT_EQ(Jsonb(R"( { "id" : "a" , "x" : 1 } )"), R"( { "x" : 1 } )");
  EXPECT_EQ(Jsonb("{\"id\":\"a\"}\r"), "{}\r");
}

TEST_F(FhirMapperTest, CutsTheVersionAndTheTimeOutOfMeta) {
  const std::string time = R"("lastUpdated":"2000-01-01T00:00:00Z")";
  EXPECT_EQ(Jsonb(R"({"id":"a","meta":{)" + time + "}}"), R"({"meta":{}})");
  EXPECT_EQ(Jsonb(R"({"id":"a","meta":{"versionId":1,)" + time + "}}"), R"({"meta":{}})");
  EXPECT_EQ(Jsonb(R"({"meta":{"versionId":"1","x":[1],)" + time + R"(},"id":"a"})"),
            R"({"meta":{"x":[1]}})");
  EXPECT_EQ(Jsonb(R"({"id":"a","meta":{)" + time + R"(,"x":1,"versionId":"1","y":2},)" +
                  R"("resourceType":"Patient","z":3})"),
            R"({"meta":{"x":1,"y":2},"z":3})");
}

TEST_F(FhirMapperTest, KeepsWhatOnlyLooksAlike) {
  const std::string inner =
      R"("contained":[{"id":"b","resourceType":"X","meta":{"versionId":"1"}}])";
  EXPECT_EQ(Jsonb(R"({"id":"a",)" + inner + "}"), "{" + inner + "}");
  EXPECT_EQ(Jsonb(R"({"id":"a","meta":{"id":"b","meta":{"versionId":"1"}},"versionId":"2"})"),
            R"({"meta":{"id":"b","meta":{"versionId":"1"}},"versionId":"2"})");
  EXPECT_EQ(Jsonb(R"({"id":"a","Id":"b","ids":[]})"), R"({"Id":"b","ids":[]})");
}

TEST_F(FhirMapperTest, KnowsNamesAndValuesWithEscapes) {
  Map(R"({"\u0069d":"\u0061-1","resourceType":"P\u0061tient","m\u0065ta":{"v\u0065rsionId":"1",)"
      R"("lastUpdated":"2000-01-01T00:00:01\u005a"},"x":"\u00e9"})");
  EXPECT_EQ(rows_.bytes, Tuple("a-1", R"({"m\u0065ta":{},"x":"\u00e9"})", 1'000'000));
}

TEST_F(FhirMapperTest, HoldsIdsToFhirsRule) {
  for (std::string id : {"a", "1", "-", ".", "A.b-9"})
    EXPECT_EQ(Reason("{\"id\":\"" + id + "\"}"), "");
  EXPECT_EQ(Reason("{\"id\":\"" + std::string(64, 'x') + "\"}"), "");
  EXPECT_EQ(Reason("{\"id\":\"" + std::string(65, 'x') + "\"}"), "id-invalid");
  for (const char* id : {"\"\"", "\"a b\"", "\"a_b\"", "\"a/b\"", "\"\xc3\xa9\"", "\"a\\n\"", "1",
                         "null", "[\"a\"]", "{}", "true"}) {
    EXPECT_EQ(Reason("{\"id\":" + std::string(id) + "}"), "id-invalid") << id;
  }
  EXPECT_EQ(Reason("{}"), "id-missing");
  EXPECT_EQ(Reason(R"({"meta":{"id":"a"}})"), "id-missing");
}

TEST_F(FhirMapperTest, HoldsTheTypeToTheFiles) {
  EXPECT_EQ(Reason(R"({"id":"a","resourceType":"Patient"})"), "");
  for (const char* type :
       {"\"patient\"", "\"Observation\"", "\"\"", "null", "1", "[\"Patient\"]"}) {
    EXPECT_EQ(Reason(R"({"id":"a","resourceType":)" + std::string(type) + "}"), "type-mismatch");
  }
}

TEST_F(FhirMapperTest, RefusesAMetaThatIsNone) {
  for (const char* meta : {"null", "1", "[]", "\"{}\"", "true"}) {
    EXPECT_EQ(Reason(R"({"id":"a","meta":)" + std::string(meta) + "}"), "meta-invalid");
  }
  for (const char* time : {"null", "1", "\"\"", "\"2000-01-01\"", "{}"}) {
    EXPECT_EQ(Reason(R"({"id":"a","meta":{"lastUpdated":)" + std::string(time) + "}}"),
              "last-updated-invalid");
  }
}

TEST_F(FhirMapperTest, ARejectSaysWhereWhyAndWhat) {
  const std::string text = R"({"id":"a-1","secret":"x" "y"})";
  Map(text);
  ASSERT_EQ(rejects_.size(), 1u);
  const Reject& reject = rejects_[0];
  EXPECT_EQ(reject.position.line, 3u);
  EXPECT_EQ(reject.position.byte_offset, 40u);
  EXPECT_EQ(reject.reason, "json-syntax");
  EXPECT_EQ(reject.message, "the record is not valid JSON (at byte 25 of the record)");
  EXPECT_EQ(reject.raw, text);
  EXPECT_EQ(reject.record_id, "a-1");
  EXPECT_EQ(reject.sqlstate, "");
  EXPECT_EQ(reject.detail, "");
}

TEST_F(FhirMapperTest, KeepsNoMoreOfABadRecordThanTheLimit) {
  Map(R"({"x":")" + std::string(200'000, 'y') + R"("})");
  ASSERT_EQ(rejects_.size(), 1u);
  EXPECT_EQ(rejects_[0].raw.size(), kRejectRawBytesMax);
}

TEST_F(FhirMapperTest, ABlockGivesARowOrARejectForEachRecordInOrder) {
  std::string padding(Buffer::kPadding, ' ');
  std::string lines[] = {R"({"id":"a"})" + padding, "[" + padding, R"({"id":"b"})" + padding,
                         "{}" + padding};
  RecordBlock block;
  for (uint64_t i = 0; i < 4; ++i) block.records.push_back({lines[i], {i + 1, i * 100}});
  mapper_->Map(block, all_, rejects_);
  mapper_->Map(block, all_, rejects_);
  std::string once = Tuple("a", "{}" + padding) + Tuple("b", "{}" + padding);
  EXPECT_EQ(rows_.bytes, once + once);
  ASSERT_EQ(rows_.rows(), 4u);
  EXPECT_EQ(rows_.positions[1].line, 3u);
  ASSERT_EQ(rejects_.size(), 4u);
  EXPECT_EQ(rejects_[0].position.line, 2u);
  EXPECT_EQ(rejects_[1].reason, "id-missing");
}

TEST_F(FhirMapperTest, EveryErrorPath) {
  EXPECT_EQ(Reason("{\"id\":\"a\""), "json-syntax");
  EXPECT_EQ(Reason("\xef\xbb\xbf{\"id\":\"a\"}"), "json-syntax");
  EXPECT_EQ(Reason("{\"id\":\"a\"}{\"id\":\"b\"}"), "json-trailing");
  EXPECT_EQ(Reason("{\"id\":\"a\xff\"}"), "json-utf8");
  EXPECT_EQ(Reason("{\"id\":\"a\",\"x\":\"\t\"}"), "json-control");
  EXPECT_EQ(Reason(R"({"id":"a","x":"\u0000"})"), "json-nul");
  EXPECT_EQ(Reason(R"({"id":"a","x":"\ud800"})"), "json-surrogate");
  EXPECT_EQ(Reason(R"({"id":"a","x":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}"),
            "json-depth");
  EXPECT_EQ(Reason(R"({"id":"a","x":1e200000})"), "json-number");
  EXPECT_EQ(Reason(R"({"id":"a","id":"b"})"), "json-duplicate-key");
  EXPECT_EQ(Reason(R"({"id":"a","meta":{"tag":1,"t\u0061g":2}})"), "json-duplicate-key");
  for (const char* text : {"1", "[]", "\"{}\"", "null", "true", " [{\"id\":\"a\"}] "}) {
    EXPECT_EQ(Reason(text), "not-an-object") << text;
  }
  EXPECT_EQ(Reason("{}"), "id-missing");
  EXPECT_EQ(Reason(R"({"id":1})"), "id-invalid");
  EXPECT_EQ(Reason(R"({"id":"a","resourceType":"Group"})"), "type-mismatch");
  EXPECT_EQ(Reason(R"({"id":"a","meta":[]})"), "meta-invalid");
  EXPECT_EQ(Reason(R"({"id":"a","meta":{"lastUpdated":"now"}})"), "last-updated-invalid");
}

TEST_F(FhirMapperTest, HoldsForTheFuzzersSeeds) {
  auto seeds = Corpus("fhir_mapper_fuzz");
  EXPECT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) FuzzFhirMapper(seed);
  for (const JsonCase& c : JsonCases()) {
    FuzzFhirMapper(c.text);
    FuzzFhirMapper("{\"id\":\"a\",\"x\":" + c.text + "}");
  }
}

}  // namespace
}  // namespace sluice
