#include "system/table/json_mapper.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/buffer_pool.h"

namespace sluice {
namespace {

class JsonMapperTest : public testing::Test {
 protected:
  std::string Map(const JsonMapping& mapping, const std::string& text) {
    auto mapper = NewJsonMapper(mapping);
    std::string padded = text + std::string(Buffer::kPadding, ' ');
    RecordBlock block;
    block.records.push_back({{padded.data(), text.size()}, {3, 40}});
    Rows rows;
    std::vector<Reject> rejects;
    mapper->Map(block, rows, rejects);
    EXPECT_EQ(rows.table(0).rows() + rejects.size(), 1u);
    if (rejects.empty()) return rows.table(0).bytes;
    EXPECT_EQ(rejects[0].raw, text);
    EXPECT_EQ(rejects[0].position.line, 3u);
    return rejects[0].reason;
  }
};

TEST_F(JsonMapperTest, MembersBecomeColumnsByName) {
  JsonMapping mapping{{"a", "b", "c"}};
  EXPECT_EQ(Map(mapping, R"({"b":1.50,"a":"x\ty\né"})"), "x\\\ty\\né\t1.50\t\\N\n");
  EXPECT_EQ(Map(mapping, R"( { "c" : { "k" : [ 1, "}" ] } , "b" : true , "a" : null } )"),
            "\\N\ttrue\t{ \"k\" : [ 1, \"}\" ] }\n");
  EXPECT_EQ(Map(mapping, "{}"), "\\N\t\\N\t\\N\n");
  EXPECT_EQ(Map(mapping, R"({"\u0061":"","b":"\\N","c":[]})"), "\t\\\\N\t[]\n");
}

TEST_F(JsonMapperTest, ExtraMembersAreRejectedIgnoredOrKept) {
  const std::string text = R"({"a":1,"x":{"y":[1]},"z":"\"}"})";
  EXPECT_EQ(Map({{"a"}}, text), "extra-key");
  EXPECT_EQ(Map({{"a"}, ExtraKeys::kIgnore}, text), "1\n");
  JsonMapping kept{{"a", "rest"}, ExtraKeys::kColumn, 1};
  EXPECT_EQ(Map(kept, text), "1\t{\"x\":{\"y\":[1]},\"z\":\"\\\\\"}\"}\n");
  EXPECT_EQ(Map(kept, R"({"a":1})"), "1\t\\N\n");
  EXPECT_EQ(Map(kept, R"({"rest":{"q":1}})"), "\\N\t{\"rest\":{\"q\":1}}\n");
}

TEST_F(JsonMapperTest, EveryErrorPath) {
  EXPECT_EQ(Map({{"a"}}, "[1]"), "not-an-object");
  EXPECT_EQ(Map({{"a"}}, "{\"a\":1"), "json-syntax");
  EXPECT_EQ(Map({{"a"}}, R"({"a":"\u0000"})"), "json-nul");
  EXPECT_EQ(Map({{"a"}}, R"({"a":1,"a":2})"), "json-duplicate-key");
}

}  // namespace
}  // namespace sluice
