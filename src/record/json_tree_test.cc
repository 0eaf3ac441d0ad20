#include "record/json_tree.h"

#include <gtest/gtest.h>

#include "base/buffer_pool.h"

namespace sluice {
namespace {

using Kind = JsonTree::Kind;

class JsonTreeTest : public testing::Test {
 protected:
  bool Build(const std::string& json, size_t depth_max = 10) {
    padded_ = json + std::string(Buffer::kPadding, ' ');
    return tree_.Build({padded_.data(), json.size()}, depth_max);
  }
  // Names and texts of what is inside, in order.
  std::string Inside(const JsonTree::Node& parent) {
    std::string all;
    for (auto* node = tree_.First(parent); node != nullptr; node = tree_.Next(*node)) {
      all += std::string(node->name) + "=" + std::string(node->text) + ";";
    }
    return all;
  }

  std::string padded_;
  JsonTree tree_;
};

TEST_F(JsonTreeTest, ShowsMembersAsTheyStand) {
  ASSERT_TRUE(Build(" { \"a\" : 1.50 , \"b\":[ 1,{\"c\":null} ,[]], \"d\":\"x\\\"y\" } "));
  const JsonTree::Node& root = tree_.root();
  EXPECT_EQ(root.kind, Kind::kObject);
  EXPECT_EQ(root.count, 3u);
  EXPECT_EQ(Inside(root), "a=1.50;b=[ 1,{\"c\":null} ,[]];d=x\\\"y;");
  const JsonTree::Node* b = tree_.Find(root, "b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->count, 3u);
  EXPECT_EQ(Inside(*b), "=1;={\"c\":null};=[];");
  EXPECT_EQ(tree_.Find(root, "c"), nullptr);
}

TEST_F(JsonTreeTest, KnowsEveryKind) {
  ASSERT_TRUE(Build("[null,true,false,-1e5,\"\",[],{}]"));
  std::vector<Kind> kinds;
  for (auto* node = tree_.First(tree_.root()); node != nullptr; node = tree_.Next(*node)) {
    kinds.push_back(node->kind);
  }
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::kNull, Kind::kTrue, Kind::kFalse, Kind::kNumber,
                                      Kind::kString, Kind::kArray, Kind::kObject}));
  ASSERT_TRUE(Build("42"));
  EXPECT_EQ(tree_.root().text, "42");
}

TEST_F(JsonTreeTest, FindsNamesWrittenWithEscapes) {
  ASSERT_TRUE(Build("{\"\\u0061b\":1}"));
  const JsonTree::Node* found = tree_.Find(tree_.root(), "ab");
  ASSERT_NE(found, nullptr);
  std::string buffer;
  EXPECT_EQ(Unescaped(found->name, found->name_escaped, buffer), "ab");
}

TEST_F(JsonTreeTest, RefusesDeepNesting) {
  EXPECT_TRUE(Build("[[[1]]]", 3));
  EXPECT_FALSE(Build("[[[[]]]]", 3));
}

}  // namespace
}  // namespace sluice
