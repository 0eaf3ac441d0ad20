#include "system/traffic/traffic_mapper.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/buffer_pool.h"
#include "system/traffic/feed_file.h"
#include "system/traffic/feed_testing.h"
#include "system/traffic/traffic_table.h"

namespace sluice {
namespace {

using Tuple = std::vector<std::optional<std::string>>;

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

// The fields of binary tuples, as bytes.
std::vector<Tuple> Tuples(std::string_view bytes) {
  std::vector<Tuple> tuples;
  auto take = [&bytes](size_t size) {
    std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  };
  while (!bytes.empty()) {
    Tuple tuple(BigEndian(take(2)));
    for (auto& field : tuple) {
      auto size = static_cast<int32_t>(BigEndian(take(4)));
      if (size >= 0) field = take(static_cast<size_t>(size));
    }
    tuples.push_back(tuple);
  }
  return tuples;
}

class TrafficMapperTest : public testing::Test {
 protected:
  void Map(const std::string& json) {
    rows_ = Rows();
    rejects_.clear();
    std::string padded = json + std::string(Buffer::kPadding, ' ');
    RecordBlock block;
    block.records.push_back({{padded.data(), json.size()}, {1, 0}});
    NewTrafficMapper(7, types_)->Map(block, rows_, rejects_);
  }

  std::vector<Tuple> Table(TrafficTable table) {
    return Tuples(rows_.table(static_cast<size_t>(table)).bytes);
  }
  FeedFile File() { return ParseFeedFile(rows_.table(0).bytes); }

  // The field of a table's only row.
  std::optional<std::string> Field(TrafficTable table, std::string_view column) {
    std::vector<Tuple> tuples = Table(table);
    EXPECT_EQ(tuples.size(), 1u);
    const auto& columns = ShapeOf(table).columns;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name == column) return tuples.at(0).at(i);
    }
    ADD_FAILURE() << "no column " << column;
    return std::nullopt;
  }

  // "reason: message" of the only reject.
  std::string Refusal(const std::string& json) {
    Map(json);
    if (rejects_.size() != 1) return fmt::format("{} rejects", rejects_.size());
    return rejects_[0].reason + ": " + rejects_[0].message;
  }
  std::string RefusalOfJam(const std::string& member) {
    return Refusal(FeedWith("\"jams\":[{\"uuid\":1,\"pubMillis\":1," + member + "}]"));
  }

  std::shared_ptr<AlertTypes> types_ = std::make_shared<AlertTypes>(
      AlertTypes{{{"WEATHERHAZARD/HAZARD", "HAZARD_ON_ROAD"}, 9}, {{"JAM", "NO_SUBTYPE"}, 8}});
  Rows rows_;
  std::vector<Reject> rejects_;
};

TEST_F(TrafficMapperTest, MakesTheIdsOfTheFeedProcessor) {
  // Ids made with object-hash 1.3.0 as waze-data-process makes them.
  Map(R"({"startTimeMillis":1550675460000,"endTimeMillis":1550675520000,"jams":[]})");
  ASSERT_TRUE(rejects_.empty());
  EXPECT_EQ(File().start_millis, 1550675460000);
  EXPECT_EQ(File().end_millis, 1550675520000);
  EXPECT_EQ(File().json_hash.size(), 40u);
  EXPECT_TRUE(Table(TrafficTable::kJams).empty());
}

TEST_F(TrafficMapperTest, MapsEachSectionWithItsCoordinates) {
  Map(FeedWith(
      R"("alerts":[{"uuid":"a","pubMillis":5,"location":{"x":1,"y":2},"type":"HAZARD",)"
      R"("subtype":"HAZARD_ON_ROAD","reportByMunicipalityUser":"false","nThumbsUp":3}],)"
      R"("jams":[)" +
      JamJson(1, R"(,"turnLine":[{"x":0,"y":0}])") +
      R"(],)"
      R"("irregularities":[{"id":77,"detectionDateMillis":1,"updateDateMillis":2,)"
      R"("highway":true,"severity":5,"line":[{"x":1,"y":1}],"alerts":[],"causeAlert":{}}])"));
  ASSERT_TRUE(rejects_.empty()) << rejects_[0].message;
  EXPECT_EQ(Field(TrafficTable::kAlerts, "type_id"), std::string("\0\0\0\11", 4));
  EXPECT_EQ(Field(TrafficTable::kAlerts, "report_by_municipality_user"), std::string(1, '\0'));
  EXPECT_EQ(Field(TrafficTable::kAlerts, "location"), "\1{\"x\":1,\"y\":2}");
  EXPECT_EQ(Field(TrafficTable::kAlerts, "jam_uuid"), std::nullopt);
  EXPECT_EQ(Field(TrafficTable::kJams, "uuid"), "1");
  EXPECT_EQ(Field(TrafficTable::kJams, "delay"), std::string(4, '\377'));
  EXPECT_EQ(Field(TrafficTable::kJams, "datafile_id"), std::string("\0\0\0\0\0\0\0\7", 8));
  EXPECT_EQ(Field(TrafficTable::kIrregularities, "uuid"), "77");
  EXPECT_EQ(Field(TrafficTable::kIrregularities, "is_highway"), std::string(1, '\1'));
  std::vector<Tuple> coordinates = Table(TrafficTable::kCoordinates);
  ASSERT_EQ(coordinates.size(), 5u);
  EXPECT_EQ(coordinates[0].at(6), Field(TrafficTable::kAlerts, "id"));
  EXPECT_EQ(coordinates[0].at(7), std::string("\0\0\0\3", 4));
  EXPECT_EQ(coordinates[2].at(4), Field(TrafficTable::kJams, "id"));
  EXPECT_EQ(coordinates[2].at(3), std::string("\0\0\0\2", 4)) << "second of its line";
  EXPECT_EQ(coordinates[3].at(7), std::string("\0\0\0\2", 4));
  EXPECT_EQ(coordinates[4].at(5), Field(TrafficTable::kIrregularities, "id"));
  EXPECT_EQ(File().note, "");
}

TEST_F(TrafficMapperTest, KnowsTheWordsOfBothFeeds) {
  auto type_id = [this](const std::string& words) {
    Map(FeedWith(R"("alerts":[{"uuid":"a","pubMillis":5,)" + words + "}]"));
    return Field(TrafficTable::kAlerts, "type_id");
  };
  std::string nine("\0\0\0\11", 4), eight("\0\0\0\10", 4);
  EXPECT_EQ(type_id(R"("type":"WEATHERHAZARD","subtype":"HAZARD_ON_ROAD")"), nine);
  EXPECT_EQ(type_id(R"("type":"JAM","subtype":"")"), eight);
  EXPECT_EQ(type_id(R"("type":"JAM")"), eight);
  EXPECT_EQ(type_id(R"("type":"ROAD_CLOSED","subtype":"")"), std::nullopt);
}

TEST_F(TrafficMapperTest, KeepsOneRowOfWhatComesTwice) {
  Map(FeedWith("\"jams\":[" + JamJson(1) + "," + JamJson(2) + "," + JamJson(1) + "]"));
  EXPECT_EQ(Table(TrafficTable::kJams).size(), 2u);
  EXPECT_EQ(Table(TrafficTable::kCoordinates).size(), 4u);
}

TEST_F(TrafficMapperTest, KeepsTheLastPlaceOfAPointThatComesTwice) {
  Map(FeedWith(R"("jams":[{"uuid":1,"pubMillis":1,"line":[{"x":1,"y":1},{"x":2,"y":2},)"
               R"({"y":1.0,"x":1}]}])"));
  std::vector<Tuple> coordinates = Table(TrafficTable::kCoordinates);
  ASSERT_EQ(coordinates.size(), 2u);
  EXPECT_EQ(coordinates[0].at(3), std::string("\0\0\0\3", 4));
}

TEST_F(TrafficMapperTest, CountsFieldsItDoesNotKnow) {
  Map(FeedWith(R"("speedLimit":1,"jams":[)" + JamJson(1, R"(,"mood":1,"segments":[],"id":2)") +
               "," + JamJson(2, R"(,"mood":2)") + "]"));
  ASSERT_TRUE(rejects_.empty());
  EXPECT_EQ(File().note, "2 unknown fields ignored: jams[].mood, speedLimit");
}

TEST_F(TrafficMapperTest, TakesNumbersInEitherForm) {
  for (const char* jam : {R"("delay":5,"speed":0,"level":"3")", R"("delay":5.0,"speed":"0.5")",
                          R"("delay":null,"speed":1e-3,"street":7,"city":true)"}) {
    EXPECT_EQ(RefusalOfJam(jam), "0 rejects") << jam;
  }
}

TEST_F(TrafficMapperTest, NamesThePathOfEveryFault) {
  EXPECT_TRUE(Refusal("{").starts_with("json-syntax: "));
  EXPECT_EQ(Refusal("[]"), "not-an-object: the file's JSON is no object");
  EXPECT_EQ(Refusal("{}"), "field-missing: startTimeMillis is missing");
  EXPECT_EQ(Refusal(R"({"startTimeMillis":"1","endTimeMillis":1})"),
            "field-type: startTimeMillis is a string, which its column cannot take");
  EXPECT_EQ(Refusal(FeedWith("", 9'000'000'000'000'000)),
            "field-range: startTimeMillis is beyond what its column holds");
  EXPECT_EQ(Refusal(FeedWith(R"("jams":{})")),
            "field-type: jams is an object, which its column cannot take");
  EXPECT_EQ(Refusal(FeedWith(R"("alerts":[1])")), "not-an-object: alerts[0] is no object");
  EXPECT_EQ(Refusal(FeedWith("\"jams\":[" + JamJson(1) + ",{\"pubMillis\":1}]")),
            "field-missing: jams[1].uuid is missing");
  EXPECT_EQ(RefusalOfJam(R"("speed":"fast")"),
            "field-type: jams[0].speed is a string, which its column cannot take");
  EXPECT_EQ(RefusalOfJam(R"("speed":1e39)"),
            "field-range: jams[0].speed is beyond what its column holds");
  EXPECT_EQ(RefusalOfJam(R"("delay":2147483648)"),
            "field-range: jams[0].delay is beyond what its column holds");
  EXPECT_EQ(RefusalOfJam(R"("delay":1.5)"),
            "field-type: jams[0].delay is a number, which its column cannot take");
  EXPECT_EQ(RefusalOfJam(R"("line":5)"),
            "field-type: jams[0].line is a number, which its column cannot take");
  EXPECT_EQ(RefusalOfJam(R"("line":[{"x":1}])"), "field-missing: jams[0].line.y is missing");
  EXPECT_EQ(RefusalOfJam(R"("street":{})"),
            "field-type: jams[0].street is an object, which its column cannot take");
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += "[";
  EXPECT_EQ(RefusalOfJam("\"x\":" + deep + std::string(70, ']')),
            "json-depth: nested deeper than 64");
}

TEST_F(TrafficMapperTest, SaysWhereTheFaultIs) {
  std::string json = FeedWith("\"jams\":[\n" + JamJson(1) + ",\n{\"uuid\":2}]");
  Map(json);
  ASSERT_EQ(rejects_.size(), 1u);
  EXPECT_EQ(rejects_[0].position.line, 3u);
  EXPECT_EQ(rejects_[0].position.byte_offset, json.find("{\"uuid\":2}"));
  EXPECT_EQ(rejects_[0].raw, "{\"uuid\":2}");
}

}  // namespace
}  // namespace sluice
