#include "object/read_object.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/unit.h"
#include "object/memory_store_testing.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

std::string Body(size_t size) {
  std::string body(size, '\0');
  for (size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7 + i / 251);
  return body;
}

class ReadObjectTest : public testing::Test {
 protected:
  OpenObject Open(MemoryStore& store) { return ReadObject(store, ref_, pool_, options_, stop_); }
  std::string Read(MemoryStore& store, size_t step = 10'000) {
    return ReadAll(*Open(store).bytes, step);
  }
  template <class Call>
  static Error ErrorOf(Call call) {
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    return Fault("none", "nothing was thrown");
  }

  const ObjectRef ref_{"store", "b", "k", ""};
  ReadObjectOptions options_{100'000, 16'384, 0, 4, 3, milliseconds(0), milliseconds(1)};
  BufferPool pool_{10 * 16'384};
  Stop stop_;
};

TEST_F(ReadObjectTest, ASmallObjectIsOneTransfer) {
  std::string body = Body(100'000);
  MemoryStore store(body);
  OpenObject opened = Open(store);
  EXPECT_EQ(opened.stat.size_bytes, body.size());
  EXPECT_EQ(opened.stat.ref.etag, "v1");
  EXPECT_TRUE(ReadAll(*opened.bytes) == body);
  EXPECT_EQ(store.opened().size(), 1u);
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(ReadObjectTest, AnEmptyObjectIsRead) {
  MemoryStore store("");
  EXPECT_EQ(Read(store), "");
}

TEST_F(ReadObjectTest, ResumesAtTheOffset) {
  std::string body = Body(10'000);
  MemoryStore store(body);
  store.DropAfter(3'000);
  EXPECT_TRUE(Read(store, 999) == body);
  auto opened = store.opened();
  ASSERT_EQ(opened.size(), 4u);
  EXPECT_EQ(opened[1].offset, 3'000u);
  EXPECT_EQ(opened[3].offset, 9'000u);
}

TEST_F(ReadObjectTest, ALargeObjectIsReadInRangesInOrder) {
  for (size_t size : {size_t{100'001}, size_t{16'384 * 10}, size_t{1'000'000}}) {
    std::string body = Body(size);
    MemoryStore store(body);
    for (size_t step : {1'000, 100'000}) EXPECT_TRUE(Read(store, step) == body) << size;
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(ReadObjectTest, RangesResumeToo) {
  std::string body = Body(500'000);
  MemoryStore store(body);
  store.DropAfter(5'000);
  EXPECT_TRUE(Read(store) == body);
}

TEST_F(ReadObjectTest, ReadsWithRoomForOneRangeOnly) {
  BufferPool narrow(16'384);
  std::string body = Body(300'000);
  MemoryStore store(body);
  EXPECT_TRUE(ReadAll(*ReadObject(store, ref_, narrow, options_, stop_).bytes) == body);
}

TEST_F(ReadObjectTest, ReadingAheadLeavesRoomForOtherReaders) {
  options_.range_reserve_bytes = 8 * 16'384;
  MemoryStore store(Body(500'000));
  OpenObject first = Open(store);
  char byte;
  first.bytes->Read({&byte, 1});
  EXPECT_EQ(pool_.in_use(), 2 * 16'384u);
  EXPECT_TRUE(pool_.TryTake(8 * 16'384));
}

TEST_F(ReadObjectTest, ManyReadersShareANarrowPool) {
  std::string body = Body(400'000);
  MemoryStore store(body);
  BufferPool narrow(5 * 16'384);
  std::atomic<int> good{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 5; ++i) {
    readers.emplace_back(
        [&] { good += ReadAll(*ReadObject(store, ref_, narrow, options_, stop_).bytes) == body; });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(good, 5);
  EXPECT_EQ(narrow.in_use(), 0u);
}

TEST_F(ReadObjectTest, CanBeAbandonedAtAnyPoint) {
  MemoryStore store(Body(500'000));
  for (int reads = 0; reads < 5; ++reads) {
    OpenObject opened = Open(store);
    char piece[7'000];
    for (int i = 0; i < reads; ++i) opened.bytes->Read(piece);
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(ReadObjectTest, AChangeBetweenTransfersIsItsOwnError) {
  for (size_t size : {size_t{50'000}, size_t{500'000}}) {
    MemoryStore store(Body(size));
    store.DropAfter(10'000);
    OpenObject opened = Open(store);
    std::string piece(5'000, '\0');
    opened.bytes->Read(piece);
    store.Change(Body(size), "v2");
    Error error = ErrorOf([&] { ReadAll(*opened.bytes); });
    EXPECT_EQ(error.code(), "ObjectChanged");
    EXPECT_EQ(error.retry(), Retry::kNever);
  }
}

TEST_F(ReadObjectTest, WithoutAnEtagNothingIsResumedAndNothingParallel) {
  std::string body = Body(500'000);
  MemoryStore store(body, "");
  EXPECT_TRUE(Read(store) == body);
  EXPECT_EQ(store.opened().size(), 1u);
  store.DropAfter(10'000);
  Error error = ErrorOf([&] { Read(store); });
  EXPECT_EQ(error.code(), "CannotResume");
  EXPECT_EQ(error.retry(), Retry::kLater);
}

TEST_F(ReadObjectTest, EveryErrorPath) {
  for (size_t size : {size_t{50'000}, size_t{500'000}}) {
    MemoryStore store(Body(size));
    store.DropAfter(1'000);
    OpenObject doomed = Open(store);
    store.DropAfter(0);  // the first transfer stands; none after it ever does
    Error error = ErrorOf([&] { ReadAll(*doomed.bytes); });
    EXPECT_EQ(error.code(), "ConnectionFailed");
    EXPECT_EQ(error.retry(), Retry::kLater);
    EXPECT_NE(error.message().find("at byte 1000 of"), std::string::npos) << error.what();
  }
  MemoryStore store(Body(500'000));
  store.DropAfter(0);
  EXPECT_EQ(ErrorOf([&] { Open(store); }).code(), "ConnectionFailed");

  store.DropAfter(1'000);
  OpenObject opened = Open(store);
  BufferPool taken(16'384);
  Buffer held = taken.Take(16'384, stop_, Deadline::Unbounded());
  OpenObject waiting = ReadObject(store, ref_, taken, options_, stop_);
  stop_.Request();
  EXPECT_EQ(ErrorOf([&] { ReadAll(*waiting.bytes); }).code(), "interrupted");
  EXPECT_EQ(ErrorOf([&] { ReadAll(*opened.bytes); }).code(), "interrupted");
}

}  // namespace
}  // namespace sluice
