#include "engine/move_object.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "base/error.h"

namespace sluice {
namespace {

// Objects by "bucket/key", each its own etag; `before` is called before each request with its name,
// to change what is there in between.
class Shelf final : public ObjectStore {
 public:
  std::map<std::string, std::string> objects;
  std::function<void(const std::string&)> before = [](const std::string&) {};

  ObjectStat Stat(const ObjectRef& ref) override {
    before("stat " + Name(ref));
    auto found = objects.find(Name(ref));
    if (found == objects.end()) throw Error(Origin::kAws, "NoSuchKey", "is not there");
    if (!ref.etag.empty() && ref.etag != found->second) throw ObjectChangedError(ref);
    ObjectStat stat{ref, found->second.size(), {}};
    stat.ref.etag = found->second;
    return stat;
  }
  ObjectStat Copy(const ObjectRef& from, const ObjectRef& to) override {
    ObjectStat stat = Stat(from);
    before("copy");
    objects[Name(to)] = stat.ref.etag;
    std::string etag = stat.ref.etag;
    stat.ref = to;
    stat.ref.etag = etag;
    return stat;
  }
  void Remove(const ObjectRef& ref) override { objects.erase(Name(ref)); }

  ObjectPage List(const std::string&, const std::string&, const std::string&) override {
    return {};
  }
  OpenObject Open(const ObjectRef& ref, const ByteRange&) override { return {nullptr, Stat(ref)}; }
  ObjectStat Put(const ObjectRef& ref, std::string_view) override { return Stat(ref); }
  ObjectTags GetTags(const ObjectRef&) override { return {}; }
  void PutTags(const ObjectRef&, const ObjectTags&) override {}

 private:
  static std::string Name(const ObjectRef& ref) { return ref.bucket + "/" + ref.key; }
};

class MoveObjectTest : public testing::Test {
 protected:
  Moved Move() { return MoveObject(store_, {"s", "in", "k", "v1"}, {"s", "out", "k", ""}); }
  using Objects = std::map<std::string, std::string>;

  Shelf store_;
};

TEST_F(MoveObjectTest, Moves) {
  store_.objects = {{"in/k", "v1"}};
  EXPECT_EQ(Move(), Moved::kMoved);
  EXPECT_EQ(store_.objects, (Objects{{"out/k", "v1"}}));
}

TEST_F(MoveObjectTest, LeavesAnotherObjectAtTheDestination) {
  store_.objects = {{"in/k", "v1"}, {"out/k", "other"}};
  EXPECT_EQ(Move(), Moved::kMoved);
  EXPECT_EQ(store_.objects, (Objects{{"out/k", "other"}, {"out/k.v1", "v1"}}));
}

TEST_F(MoveObjectTest, EndsWhatWasCutShortAfterTheCopy) {
  store_.objects = {{"in/k", "v1"}, {"out/k", "v1"}};
  EXPECT_EQ(Move(), Moved::kMoved);
  EXPECT_EQ(store_.objects, (Objects{{"out/k", "v1"}}));
  EXPECT_EQ(Move(), Moved::kMoved) << "and what was cut short after the delete";
}

TEST_F(MoveObjectTest, LeavesOtherContentWhereItIs) {
  store_.objects = {{"in/k", "v2"}};
  EXPECT_EQ(Move(), Moved::kOverwritten);
  EXPECT_EQ(store_.objects, (Objects{{"in/k", "v2"}}));
}

TEST_F(MoveObjectTest, LeavesContentThatCameDuringTheCopy) {
  store_.objects = {{"in/k", "v1"}};
  store_.before = [this](const std::string& request) {
    if (request == "copy") store_.objects["in/k"] = "v2";
  };
  EXPECT_EQ(Move(), Moved::kOverwritten);
  EXPECT_EQ(store_.objects, (Objects{{"in/k", "v2"}, {"out/k", "v1"}}));
}

TEST_F(MoveObjectTest, FailsWhereNothingIs) {
  EXPECT_THROW(Move(), Error);
  EXPECT_THROW(MoveObject(store_, {"s", "in", "k", "v1"}, {"s", "in", "k", ""}), Error);
}

}  // namespace
}  // namespace sluice
