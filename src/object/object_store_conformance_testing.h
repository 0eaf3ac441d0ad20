// What every ObjectStore must do. A test program includes this once and instantiates the suite with
// one maker per kind of store.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "bytes/byte_source_testing.h"
#include "object/object_store.h"

namespace sluice {

// One store with room for objects, empty at first.
class StoreWorld {
 public:
  virtual ~StoreWorld() = default;
  // May be another one after Have.
  virtual ObjectStore& store() = 0;
  virtual std::string bucket() const { return ""; }
  // The key under which the object `name` is found; that of "" is the prefix of all.
  virtual std::string KeyOf(const std::string& name) const = 0;
  // Makes or replaces an object.
  virtual void Have(const std::string& name, const std::string& body) = 0;
  virtual bool writable() const { return true; }
  virtual bool has_tags() const { return true; }
  virtual bool has_directories() const { return false; }  // so that "a/" cannot be an object
};

using WorldMaker = std::function<std::unique_ptr<StoreWorld>()>;

class ObjectStoreConformance : public testing::TestWithParam<WorldMaker> {
 protected:
  void SetUp() override { world_ = GetParam()(); }
  ObjectStore& store() { return world_->store(); }
  void Have(const std::string& name, const std::string& body) { world_->Have(name, body); }
  ObjectRef Ref(const std::string& name) {
    return {Origin(), world_->bucket(), world_->KeyOf(name), ""};
  }

  std::vector<ObjectStat> ListAll(const std::string& prefix) {
    std::vector<ObjectStat> all;
    std::string next;
    do {
      ObjectPage page = store().List(world_->bucket(), prefix, next);
      all.insert(all.end(), page.objects.begin(), page.objects.end());
      next = page.next;
    } while (!next.empty());
    return all;
  }
  std::vector<std::string> Keys(const std::string& prefix) {
    std::vector<std::string> keys;
    for (const ObjectStat& stat : ListAll(prefix)) keys.push_back(stat.ref.key);
    return keys;
  }
  std::vector<std::string> KeysOf(const std::vector<std::string>& names) {
    std::vector<std::string> keys;
    for (const std::string& name : names) keys.push_back(world_->KeyOf(name));
    std::sort(keys.begin(), keys.end());
    return keys;
  }
  std::string Read(const ObjectRef& ref, const ByteRange& range = {}) {
    return ReadAll(*store().Open(ref, range).bytes);
  }
  template <class Call>
  static std::string CodeOf(Call call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.retry(), Retry::kNever) << error.what();
      EXPECT_EQ(error.scope(), Scope::kObject) << error.what();
      EXPECT_NE(error.remedy(), "") << error.what();
      return error.code();
    }
    return "none";
  }

  std::unique_ptr<StoreWorld> world_;

 private:
  // Every ref of a store bears the same identity; one that was listed says which.
  std::string Origin() {
    if (origin_.empty()) {
      auto all = ListAll(world_->KeyOf(""));
      if (!all.empty()) origin_ = all.front().ref.store;
    }
    return origin_;
  }
  std::string origin_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ObjectStoreConformance);

TEST_P(ObjectStoreConformance, AnEmptyStoreListsNothing) {
  EXPECT_TRUE(ListAll(world_->KeyOf("")).empty());
}

TEST_P(ObjectStoreConformance, GivesBackWhatWasPut) {
  std::string body;
  for (int i = 0; i < 200'000; ++i) body += static_cast<char>(i * 31 % 251);
  Have("a.bin", body);
  OpenObject opened = store().Open(Ref("a.bin"), {});
  EXPECT_EQ(opened.stat.size_bytes, body.size());
  EXPECT_FALSE(opened.stat.ref.etag.empty());
  EXPECT_EQ(opened.stat.ref.etag.find('"'), std::string::npos);
  EXPECT_TRUE(ReadAll(*opened.bytes) == body);
}

TEST_P(ObjectStoreConformance, ListStatAndOpenAgree) {
  Have("x", "hello");
  ObjectStat listed = ListAll(world_->KeyOf("")).at(0);
  ObjectStat stat = store().Stat(listed.ref);
  ObjectStat opened = store().Open(listed.ref, {}).stat;
  for (const ObjectStat& other : {stat, opened}) {
    EXPECT_EQ(other.ref.store, listed.ref.store);
    EXPECT_EQ(other.ref.bucket, listed.ref.bucket);
    EXPECT_EQ(other.ref.key, listed.ref.key);
    EXPECT_EQ(other.ref.etag, listed.ref.etag);
    EXPECT_EQ(other.size_bytes, 5u);
    auto apart = other.last_modified - listed.last_modified;
    EXPECT_LT(std::chrono::abs(apart), std::chrono::seconds(2));
  }
}

TEST_P(ObjectStoreConformance, KeysAreBytes) {
  std::vector<std::string> names = {"plain.ndjson",
                                    "with space",
                                    "plus+plus",
                                    "percent%41%zz%",
                                    "hash#tag",
                                    "question?x=1&y",
                                    "\xc3\xbc\xe6\xbc\xa2\xf0\x9f\x98\x80",
                                    "tilde~-_.",
                                    "quote'\"",
                                    "semi;colon:at@",
                                    "a/b/c=d/e",
                                    "back\\slash",
                                    "new\nline",
                                    "<xml>&amp;"};
  for (const std::string& name : names) Have(name, "body of " + name);
  EXPECT_EQ(Keys(world_->KeyOf("")), KeysOf(names));
  for (const std::string& name : names) EXPECT_EQ(Read(Ref(name)), "body of " + name);
}

TEST_P(ObjectStoreConformance, ListsInBytewiseOrder) {
  std::vector<std::string> names = {"a/b", "a-b", "a.b", "a/b/c.x", "a0", "B", "\xc3\xa9", "a/b-c"};
  std::erase(names, world_->has_directories() ? "a/b" : "");
  for (const std::string& name : names) Have(name, "x");
  auto keys = Keys(world_->KeyOf(""));
  EXPECT_EQ(keys, KeysOf(names));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST_P(ObjectStoreConformance, APrefixIsAText) {
  for (const char* name : {"in/a", "in/b/c", "inside", "out"}) Have(name, "x");
  EXPECT_EQ(Keys(world_->KeyOf("in/")), KeysOf({"in/a", "in/b/c"}));
  EXPECT_EQ(Keys(world_->KeyOf("in")), KeysOf({"in/a", "in/b/c", "inside"}));
  EXPECT_EQ(Keys(world_->KeyOf("in/a")), KeysOf({"in/a"}));
  EXPECT_TRUE(Keys(world_->KeyOf("nothing")).empty());
}

TEST_P(ObjectStoreConformance, PagesThroughManyKeys) {
  std::vector<std::string> names;
  for (int i = 0; i < 1203; ++i) names.push_back("many/" + std::to_string(i) + " +%");
  for (const std::string& name : names) Have(name, "");
  Have("other", "x");
  EXPECT_EQ(Keys(world_->KeyOf("many/")), KeysOf(names));
}

TEST_P(ObjectStoreConformance, AnEmptyObjectIsAnObject) {
  Have("empty", "");
  EXPECT_EQ(store().Stat(Ref("empty")).size_bytes, 0u);
  OpenObject opened = store().Open(Ref("empty"), {});
  EXPECT_EQ(opened.stat.size_bytes, 0u);
  EXPECT_EQ(ReadAll(*opened.bytes), "");
}

TEST_P(ObjectStoreConformance, DirectoryMarkersAreListed) {
  if (world_->has_directories()) return;
  Have("dir/", "");
  Have("dir/a", "x");
  EXPECT_EQ(Keys(world_->KeyOf("dir/")), KeysOf({"dir/", "dir/a"}));
}

TEST_P(ObjectStoreConformance, ReadsRanges) {
  Have("r", "0123456789");
  ObjectRef ref = Ref("r");
  EXPECT_EQ(Read(ref, {0, 4}), "0123");
  EXPECT_EQ(Read(ref, {4, 3}), "456");
  EXPECT_EQ(Read(ref, {4, std::nullopt}), "456789");
  EXPECT_EQ(Read(ref, {8, 100}), "89");
  OpenObject opened = store().Open(ref, {9, 1});
  EXPECT_EQ(opened.stat.size_bytes, 10u);
  EXPECT_EQ(ReadAll(*opened.bytes), "9");
}

TEST_P(ObjectStoreConformance, OpensOnlyTheVersionThatIsNamed) {
  Have("v", "first");
  ObjectRef first = store().Stat(Ref("v")).ref;
  EXPECT_EQ(Read(first, {1, 3}), "irs");
  Have("v", "second!");
  EXPECT_EQ(CodeOf([&] { store().Open(first, {}); }), "ObjectChanged");
  EXPECT_EQ(CodeOf([&] { store().Open(first, {2, 2}); }), "ObjectChanged");
  first.etag.clear();
  EXPECT_EQ(Read(first), "second!");
}

TEST_P(ObjectStoreConformance, ServesThreadsAtOnce) {
  std::string body(300'000, 'x');
  Have("t", body);
  ObjectRef ref = Ref("t");
  ObjectStore& shared = store();
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k) good += ReadAll(*shared.Open(ref, {}).bytes) == body;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
}

TEST_P(ObjectStoreConformance, CopiesOneVersion) {
  if (!world_->writable()) return;
  Have("from + here", "body");
  ObjectRef from = store().Stat(Ref("from + here")).ref;
  ObjectStat copy = store().Copy(from, Ref("to/there %"));
  EXPECT_EQ(copy.size_bytes, 4u);
  EXPECT_EQ(store().Stat(Ref("to/there %")).ref.etag, copy.ref.etag);
  EXPECT_EQ(Read(Ref("to/there %")), "body");
  Have("from + here", "changed");
  EXPECT_EQ(CodeOf([&] { store().Copy(from, Ref("to/there %")); }), "ObjectChanged");
  EXPECT_EQ(Read(Ref("to/there %")), "body");
}

TEST_P(ObjectStoreConformance, PutsAndRemoves) {
  if (!world_->writable()) return;
  ObjectStat put = store().Put(Ref("p/q"), "one");
  EXPECT_EQ(put.size_bytes, 3u);
  EXPECT_EQ(store().Stat(Ref("p/q")).ref.etag, put.ref.etag);
  store().Put(Ref("p/q"), "three");
  EXPECT_EQ(Read(Ref("p/q")), "three");
  store().Remove(Ref("p/q"));
  store().Remove(Ref("p/q"));
  EXPECT_EQ(CodeOf([&] { store().Stat(Ref("p/q")); }), "NoSuchKey");
  EXPECT_TRUE(ListAll(world_->KeyOf("p/")).empty());
}

TEST_P(ObjectStoreConformance, PutsWhereNothingIs) {
  if (!world_->writable()) return;
  EXPECT_TRUE(store().PutNew(Ref("n/new"), "one"));
  EXPECT_FALSE(store().PutNew(Ref("n/new"), "two"));
  EXPECT_EQ(Read(Ref("n/new")), "one");
  store().Remove(Ref("n/new"));
  EXPECT_TRUE(store().PutNew(Ref("n/new"), "three"));
  EXPECT_EQ(Read(Ref("n/new")), "three");
  EXPECT_EQ(Keys(world_->KeyOf("n/")), KeysOf({"n/new"}));
}

TEST_P(ObjectStoreConformance, WritesObjectsOfAnySize) {
  if (!world_->writable()) return;
  for (size_t size : {size_t{0}, size_t{5}, size_t{8} << 20, (size_t{17} << 20) + 3}) {
    std::string body(size, '\0');
    for (size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 31 % 251);
    auto object = store().Create(Ref("w/large %+"));
    for (size_t at = 0; at < size; at += 1'000'003) object->Write(body.substr(at, 1'000'003));
    EXPECT_TRUE(size != 5 || Keys(world_->KeyOf("w/")) == KeysOf({"w/large %+"})) << "the old one";
    ObjectStat stat = object->Finish();
    EXPECT_EQ(stat.size_bytes, size);
    EXPECT_EQ(store().Stat(Ref("w/large %+")).ref.etag, stat.ref.etag);
    EXPECT_TRUE(Read(Ref("w/large %+")) == body) << size;
  }
  EXPECT_EQ(store().RemoveUnfinished(world_->bucket(), world_->KeyOf("w/")), 0u);
}

TEST_P(ObjectStoreConformance, WhatIsNotFinishedIsNotThere) {
  if (!world_->writable()) return;
  std::string piece(size_t{9} << 20, 'x');
  {
    auto object = store().Create(Ref("u/gone"));
    object->Write(piece);
    EXPECT_TRUE(Keys(world_->KeyOf("u/")).empty());
  }
  EXPECT_TRUE(Keys(world_->KeyOf("u/")).empty());
  EXPECT_EQ(store().RemoveUnfinished(world_->bucket(), world_->KeyOf("u/")), 0u);
  auto left = store().Create(Ref("u/left by a crash"));
  left->Write(piece);
  EXPECT_EQ(store().RemoveUnfinished(world_->bucket(), world_->KeyOf("u/")), 1u);
  EXPECT_EQ(store().RemoveUnfinished(world_->bucket(), world_->KeyOf("u/")), 0u);
}

TEST_P(ObjectStoreConformance, KeepsTags) {
  if (!world_->has_tags()) return;
  Have("tagged", "x");
  EXPECT_TRUE(store().GetTags(Ref("tagged")).empty());
  ObjectTags tags = {{"state", "loaded & <done>"}, {"run", "1 + 2"}};
  store().PutTags(Ref("tagged"), tags);
  EXPECT_EQ(store().GetTags(Ref("tagged")), tags);
}

TEST_P(ObjectStoreConformance, EveryErrorPath) {
  Have("there", "x");
  ObjectRef gone = Ref("gone");
  EXPECT_EQ(CodeOf([&] { store().Stat(gone); }), "NoSuchKey");
  EXPECT_EQ(CodeOf([&] { store().Open(gone, {}); }), "NoSuchKey");
  EXPECT_EQ(CodeOf([&] { store().Open(gone, {5, 5}); }), "NoSuchKey");
  if (world_->writable()) {
    EXPECT_EQ(CodeOf([&] { store().Copy(gone, Ref("x")); }), "NoSuchKey");
  } else {
    EXPECT_EQ(CodeOf([&] { store().Copy(Ref("there"), Ref("x")); }), "NotSupported");
    EXPECT_EQ(CodeOf([&] { store().Remove(Ref("there")); }), "NotSupported");
    EXPECT_EQ(CodeOf([&] { store().Put(Ref("there"), "y"); }), "NotSupported");
    EXPECT_EQ(CodeOf([&] { store().PutNew(Ref("there"), "y"); }), "NotSupported");
    EXPECT_EQ(CodeOf([&] { store().Create(Ref("there")); }), "NotSupported");
  }
  if (!world_->has_tags()) {
    EXPECT_EQ(CodeOf([&] { store().GetTags(Ref("there")); }), "NotSupported");
    EXPECT_EQ(CodeOf([&] { store().PutTags(Ref("there"), {}); }), "NotSupported");
  }
}

}  // namespace sluice
