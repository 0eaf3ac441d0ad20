#include "system/traffic/object_hash.h"

#include <gtest/gtest.h>

#include <string>

#include "base/buffer_pool.h"
#include "record/json_check.h"
#include "system/traffic/js_number.h"

namespace sluice {
namespace {

class ObjectHashTest : public testing::Test {
 protected:
  // Made with npm's object-hash 1.3.0, {unorderedArrays: true}.
  std::string Hash(const std::string& json) {
    std::string padded = json + std::string(Buffer::kPadding, ' ');
    std::string_view text(padded.data(), json.size());
    JsonChecker checker;
    EXPECT_TRUE(static_cast<bool>(checker.Check(text))) << json;
    JsonTree tree;
    EXPECT_TRUE(tree.Build(text, 10));
    return std::string(hasher_.Hash(tree, tree.root()).text());
  }

  static Sha1Bytes Bytes(const std::string& hex) {
    Sha1Bytes bytes;
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
    }
    return bytes;
  }

  static std::string Number(const std::string& text) {
    std::string out;
    AppendJsNumber(text, out);
    return out;
  }

  ObjectHasher hasher_;
};

TEST_F(ObjectHashTest, IsObjectHashsOwn) {
  EXPECT_EQ(Hash("{}"), "323217f643c3e3f1fe7532e72ac01bb0748c97be");
  EXPECT_EQ(Hash(R"({"x":-85.757742,"y":38.212001})"), "fe3ac546743e80c08350fa1ef0206c3b599305e4");
  EXPECT_EQ(Hash(R"({"a":[3,1,2]})"), "e91e96a949d9efff702143274e04053c863b9d1d");
  EXPECT_EQ(Hash(R"({"a":[1]})"), "e97f4c4f031ea9fb6aab30144cfd29b712e282ac");
  EXPECT_EQ(Hash(R"({"a":[]})"), "bcbb2727f0ff05f950bda2f1145d6deecfed8085");
  EXPECT_EQ(Hash(R"({"a":null,"b":true,"c":false})"), "b6920abd088f10f8cc5718adb49c1edadd1a6488");
  EXPECT_EQ(Hash("{\"u\":\"é𝄞\",\"Z\":1,\"a\":2}"), "423aca10d7b83267be53a47cf8b3acfa01ae697c");
  EXPECT_EQ(Hash(R"({"n":[1e+21,1e-7,0.1,0,100,1.5e+300,123456789012345680000]})"),
            "93bcf80d0480b2a55d5888a493673cb8adaa0adb");
  EXPECT_EQ(Hash(R"({"nested":{"b":{"c":1}}})"), "8d8413432da45976a7681d71d77ef56eeb1527f4");
  EXPECT_EQ(Hash(R"({"arr":[{"y":2,"x":1},{"x":0}]})"), "8011c101b8680b03f3a65f4ec7f30e8d9d633780");
}

TEST_F(ObjectHashTest, OrdersKeysByUtf16) {
  EXPECT_EQ(Hash("{\"𝄞\":1,\"\uffff\":2}"), "3d6d0d9aa0b26a7a203e6f9ffdaf07d21a0045f1");
}

TEST_F(ObjectHashTest, SeesNeitherOrderNorSpacesNorEscapes) {
  EXPECT_EQ(Hash(R"({"a":[3,1,2],"b":"é"})"), Hash("{ \"b\" : \"\\u00e9\" ,\n\"a\":[2,3, 1] }"));
  EXPECT_NE(Hash(R"({"a":[3,1,2]})"), Hash(R"({"a":[3,1,2,2]})"));
}

TEST_F(ObjectHashTest, MakesIdsOfRowsAndCoordinates) {
  JsonTree::Node time;
  time.kind = JsonTree::Kind::kNumber;
  time.text = "1550675460000";
  // As of the object with these members.
  std::string element = Hash(R"({"uuid":1})");
  ObjectHasher other;
  std::string point = Hash(R"({"x":1,"y":2})");
  std::string row = Hash(R"({"originalObjectHash":")" + element + R"(","rootTime":1550675460000})");
  std::string coordinate = Hash(R"({"originalObjectHash":")" + point +
                                R"(","coordinateType":2,"alertId":null,"jamId":")" + row +
                                R"(","irregularityId":null})");
  HexId row_id = other.RowId(time, HexId(Bytes(element)));
  EXPECT_EQ(row_id.text(), row);
  EXPECT_EQ(
      other.CoordinateId(HexId(Bytes(point)), CoordinateType::kTurnLine, nullptr, &row_id, nullptr)
          .text(),
      coordinate);
}

TEST_F(ObjectHashTest, WritesNumbersAsJavaScript) {
  const char* const cases[][2] = {{"0", "0"},
                                  {"-0", "0"},
                                  {"-0.0", "0"},
                                  {"5.0", "5"},
                                  {"1.50", "1.5"},
                                  {"1e2", "100"},
                                  {"1E-6", "0.000001"},
                                  {"1e-7", "1e-7"},
                                  {"0.0000012", "0.0000012"},
                                  {"0.00000012", "1.2e-7"},
                                  {"0.000001", "0.000001"},
                                  {"123456789012345678", "123456789012345680"},
                                  {"1e21", "1e+21"},
                                  {"100000000000000000000", "100000000000000000000"},
                                  {"-1.5e300", "-1.5e+300"},
                                  {"1e400", "Infinity"},
                                  {"-1e400", "-Infinity"},
                                  {"1e-400", "0"},
                                  {"5e-324", "5e-324"},
                                  {"0.1", "0.1"},
                                  {"0.30000000000000004", "0.30000000000000004"},
                                  {"38.212001", "38.212001"},
                                  {"9007199254740993", "9007199254740992"},
                                  {"0.10000000000000000555", "0.1"},
                                  {"1550675460000", "1550675460000"},
                                  {"-85.757742", "-85.757742"},
                                  {"3.14e1", "31.4"}};
  for (const auto& [text, wanted] : cases) EXPECT_EQ(Number(text), wanted) << text;
}

}  // namespace
}  // namespace sluice
