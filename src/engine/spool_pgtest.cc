#include "engine/spool.h"

#include <gmock/gmock.h>

#include <utility>

#include "base/digest.h"
#include "engine/engine_testing.h"
#include "engine/limits.h"
#include "engine/spool_store.h"
#include "engine/store_set.h"
#include "ledger/spool.h"
#include "object/object_store_conformance_testing.h"

namespace sluice {
namespace {

class SpoolTest : public RunTest {
 protected:
  void SetUp() override {
    RunTest::SetUp();
    ledger_.emplace([this] { return Connect(); }, 4, std::chrono::seconds(60));
    spool_.emplace(*ledger_, limits::kSpoolBytesDefault);
    store_ = NewSpoolStore(database());
  }
  void TearDown() override {
    store_.reset();
    spool_.reset();
    ledger_.reset();
    RunTest::TearDown();
  }
  ObjectStat Post(const std::string& name, const std::string& body, size_t piece = SIZE_MAX,
                  const std::string& upload = "") {
    auto writer = spool_->Begin({.upload = upload, .name = name});
    for (size_t at = 0; at < body.size(); at += std::min(piece, body.size() - at)) {
      writer->Write(std::string_view(body).substr(at, piece));
    }
    return writer->Finish();
  }
  RunRequest Loading(const std::string& source) {
    RunRequest request = Request();
    request.options.sources = {source};
    return request;
  }
  std::string CodeOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_NE(error.remedy(), "");
      return error.code();
    }
    return "none";
  }

  std::optional<pg::Pool> ledger_;
  std::optional<Spool> spool_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(SpoolTest, ABodyComesBackWhateverItsPiecesWere) {
  std::string body;
  for (int i = 0; i < 3'500'000; ++i) body += static_cast<char>(i * 31 % 251);
  for (size_t piece : {size_t{700'001}, size_t{1 << 20}, size_t{3'000'000}, SIZE_MAX}) {
    ObjectStat stat = Post("in/a", body, piece);
    EXPECT_EQ(stat.size_bytes, body.size());
    EXPECT_EQ(stat.ref.etag, Hex(Sha256(body)));
    EXPECT_TRUE(ReadAll(*store_->Open(stat.ref, {}).bytes) == body) << piece;
    ByteRange across{(1 << 20) - 3, 1'000'010};
    EXPECT_EQ(ReadAll(*store_->Open(stat.ref, across).bytes),
              body.substr(across.offset, 1'000'010));
  }
}

TEST_F(SpoolTest, AnImportLoadsItAndThenItIsGone) {
  ObjectStat stat = Post("a.lines", "one\ntwo\n");
  Post("b.lines", "three\n", SIZE_MAX, stat.ref.bucket);
  RunResult result = Run(Loading("spool://" + stat.ref.bucket + "/"));
  EXPECT_EQ(result.state, ImportState::kCompleted);
  EXPECT_EQ(Ids(), "one three two");
  SweepSpool(session());
  EXPECT_EQ(One("SELECT count(*) FROM sluice.spool_piece"), "0");
  EXPECT_EQ(Run(Loading("spool://" + stat.ref.bucket + "/")).state, ImportState::kCompleted)
      << "asked again, it is loaded";
}

TEST_F(SpoolTest, AnUploadThatNeverWasIsNoEmptyOne) {
  RunResult result = Run(Loading("spool://0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11/a.lines"));
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->code(), "NoSuchUpload");
  EXPECT_EQ(result.state, ImportState::kFailed);
}

TEST_F(SpoolTest, WhatIsBrokenOffLeavesNothing) {
  spool_->Begin({.name = "a"})->Write(std::string(3 << 20, 'x'));
  SweepSpool(session());
  EXPECT_EQ(One("SELECT count(*) FROM sluice.spool_piece"), "0");
}

TEST_F(SpoolTest, AVersionThatWentWhileItWasReadIsNoOther) {
  ObjectStat old = Post("a", std::string(3 << 20, 'x'));
  auto bytes = store_->Open(old.ref, {}).bytes;
  std::string some(10, '\0');
  ASSERT_EQ(bytes->Read(some), 10u);
  Post("a", std::string(3 << 20, 'y'), SIZE_MAX, old.ref.bucket);
  EXPECT_EQ(CodeOf([&] { ReadAll(*bytes); }), "ObjectChanged");
}

TEST_F(SpoolTest, TheReplyIsMadeOnceAllIsSafe) {
  std::string told;
  auto upload = ReceiveIntoSpool(*spool_, {.name = "a"}, [&](const ObjectStat& body) {
    told = ReadAll(*store_->Open(body.ref, {}).bytes);
    return http::Reply{.status = 201, .body = {}};
  });
  upload->Take("some");
  upload->Take(" more");
  EXPECT_EQ(upload->Finish().status, 201);
  EXPECT_EQ(told, "some more");
}

TEST_F(SpoolTest, EveryErrorPath) {
  auto begin = [&](const std::string& upload, const std::string& name) {
    return CodeOf([&] { spool_->Begin({.upload = upload, .name = name}); });
  };
  EXPECT_EQ(begin("", ""), "upload-invalid");
  EXPECT_EQ(begin("", std::string(1025, 'x')), "upload-invalid");
  EXPECT_EQ(begin("", "\xff"), "upload-invalid");
  EXPECT_EQ(begin("", std::string("a\0b", 3)), "upload-invalid");
  EXPECT_EQ(begin("'; DROP", "a"), "upload-invalid");
  Spool narrow(*ledger_, 10);
  EXPECT_EQ(CodeOf([&] { narrow.Begin({.name = "a", .bytes_expected = 11}); }), "spool-full");
  EXPECT_EQ(CodeOf([&] { narrow.Begin({.name = "a"})->Write("12345678901"); }), "spool-full");
  auto writer = narrow.Begin({.name = "a"});
  writer->Write("1234567890");
  writer->Finish();
  EXPECT_EQ(CodeOf([&] { narrow.Begin({.name = "b"}); }), "spool-full");
  LoadOptions options;
  options.sources = {"spool://0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11/a"};
  EXPECT_EQ(CodeOf([&] {
              StoreSet stores(options, {}, stop_);
              stores.For(stores.sources()[0]);
            }),
            "source-elsewhere");
}

// A database of its own for each world.
class SpoolWorld final : public StoreWorld, private RunTest {
 public:
  SpoolWorld() {
    SetUp();
    ledger_.emplace([this] { return Connect(); }, 4, std::chrono::seconds(60));
    spool_.emplace(*ledger_, limits::kSpoolBytesDefault);
    store_ = NewSpoolStore(database());
    Write("beside all", "");
  }
  ~SpoolWorld() override {
    store_.reset();
    spool_.reset();
    ledger_.reset();
    TearDown();
  }
  ObjectStore& store() override { return *store_; }
  std::string bucket() const override { return "0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11"; }
  std::string KeyOf(const std::string& name) const override { return "all/" + name; }
  void Have(const std::string& name, const std::string& body) override { Write(KeyOf(name), body); }
  bool writable() const override { return false; }
  bool has_tags() const override { return false; }

 private:
  void TestBody() override {}
  void Write(const std::string& name, const std::string& body) {
    auto writer = spool_->Begin({.upload = bucket(), .name = name});
    writer->Write(body);
    writer->Finish();
  }

  std::optional<pg::Pool> ledger_;
  std::optional<Spool> spool_;
  std::unique_ptr<ObjectStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Spool, ObjectStoreConformance,
                         testing::Values([] { return std::make_unique<SpoolWorld>(); }));

}  // namespace
}  // namespace sluice
