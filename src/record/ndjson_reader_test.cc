#include "record/ndjson_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/unit.h"
#include "bytes/byte_source_testing.h"
#include "bytes/corpus_testing.h"
#include "record/ndjson_reader_fuzz_testing.h"

namespace sluice {
namespace {

struct Line {
  std::string bytes;
  uint64_t line;
  uint64_t byte_offset;
  bool operator==(const Line&) const = default;
};

void PrintTo(const Line& line, std::ostream* out) {
  *out << line.line << "@" << line.byte_offset << ":" << line.bytes.substr(0, 40);
}

class NdjsonReaderTest : public testing::Test {
 protected:
  NdjsonReaderTest() { limits_ = {16, 64}; }

  // What is read; checks that the blocks cover the source's bytes and that the padding is readable.
  std::vector<Line> Read(ByteSource& source, uint64_t* covered = nullptr) {
    BufferPool blocks(limits_.block_bytes), large(limits_.record_bytes + 2);
    auto reader = NewNdjsonReader(source, blocks, large, limits_, stop_);
    std::vector<Line> lines;
    RecordBlock block;
    uint64_t bytes = 0;
    while (reader->Read(block)) {
      EXPECT_FALSE(block.records.empty());
      blocks_read_++;
      bytes += block.bytes;
      for (const Record& record : block.records) {
        const char* end = record.bytes.data() + record.bytes.size();
        padding_ = end[Buffer::kPadding - 1];
        lines.push_back(
            {std::string(record.bytes), record.position.line, record.position.byte_offset});
      }
    }
    EXPECT_FALSE(reader->Read(block));
    if (covered != nullptr) *covered = bytes;
    return lines;
  }

  std::vector<Line> Read(const std::string& text, size_t step = SIZE_MAX) {
    StringSource source(text, step);
    return Read(source);
  }

  std::string Code(const std::string& text) {
    try {
      Read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.scope(), Scope::kObject);
      message_ = error.message();
      return error.code();
    }
    return "none";
  }

  using Lines = std::vector<Line>;
  NdjsonLimits limits_;
  Stop stop_;
  int blocks_read_ = 0;
  char padding_ = 0;
  std::string message_;
};

TEST_F(NdjsonReaderTest, ReadsOneRecordPerLine) {
  EXPECT_EQ(Read("{}\n{\"a\":1}\n"), (Lines{{"{}", 1, 0}, {"{\"a\":1}", 2, 3}}));
}

TEST_F(NdjsonReaderTest, TheLastLineMayLackItsEnd) {
  EXPECT_EQ(Read("a\nb"), (Lines{{"a", 1, 0}, {"b", 2, 2}}));
  EXPECT_EQ(Read("a\nb\r"), (Lines{{"a", 1, 0}, {"b", 2, 2}}));
}

TEST_F(NdjsonReaderTest, TakesLfAndCrlfMixed) {
  EXPECT_EQ(Read("a\r\nb\nc\r\n"), (Lines{{"a", 1, 0}, {"b", 2, 3}, {"c", 3, 5}}));
}

TEST_F(NdjsonReaderTest, IgnoresEmptyLinesButCountsThem) {
  EXPECT_EQ(Read("\n\r\na\n  \t \n\t\r\n b \n\n"), (Lines{{"a", 3, 3}, {" b ", 6, 13}}));
}

TEST_F(NdjsonReaderTest, AnObjectOfNothingHasNoRecords) {
  for (const char* text : {"", "\n", "\r\n", "  ", "\xef\xbb\xbf", "\xef\xbb\xbf\n\n"}) {
    EXPECT_EQ(Read(text), Lines{});
  }
  EXPECT_EQ(Read(std::string(10'000, '\n')), Lines{});
}

TEST_F(NdjsonReaderTest, SkipsAByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(Read("\xef\xbb\xbf{}\n\xef\xbb\xbf{}\n"),
            (Lines{{"{}", 1, 3}, {"\xef\xbb\xbf{}", 2, 6}}));
  EXPECT_EQ(Read("\xef\xbb{}"), (Lines{{"\xef\xbb{}", 1, 0}}));
}

TEST_F(NdjsonReaderTest, CarriesAnUnfinishedLineIntoTheNextBlock) {
  EXPECT_EQ(Read("0123456789\nabcdefghij\nklm\n"),
            (Lines{{"0123456789", 1, 0}, {"abcdefghij", 2, 11}, {"klm", 3, 22}}));
  EXPECT_EQ(blocks_read_, 2);
}

TEST_F(NdjsonReaderTest, ReadsLinesLongerThanABlock) {
  std::string a(15, 'a'), b(16, 'b'), c(17, 'c'), d(40, 'd'), e(64, 'e');
  EXPECT_EQ(Read(a + "\n" + b + "\n" + c + "\n" + d + "\r\n" + e + "\r\nx\n" + e + "\n" + e),
            (Lines{{a, 1, 0},
                   {b, 2, 16},
                   {c, 3, 33},
                   {d, 4, 51},
                   {e, 5, 93},
                   {"x", 6, 159},
                   {e, 7, 161},
                   {e, 8, 226}}));
}

TEST_F(NdjsonReaderTest, IgnoresLongEmptyLinesToo) {
  std::string blank(50, ' ');
  EXPECT_EQ(Read(blank + "\n" + blank + "\nx\n" + blank), (Lines{{"x", 3, 102}}));
}

TEST_F(NdjsonReaderTest, DoesNotCareHowTheBytesArrive) {
  std::string text = "\xef\xbb\xbf{\"a\":1}\r\n\n";
  for (size_t size = 1; size <= 64; ++size) text += std::string(size, 'x') + "\n  \r\n";
  text += "end";
  Lines whole = Read(text);
  EXPECT_EQ(whole.size(), 66u);
  for (size_t step = 1; step <= 70; ++step) EXPECT_EQ(Read(text, step), whole) << step;
  for (size_t block_bytes : {4, 5, 17, 63, 64, 65, 66, 67, 100, 10'000}) {
    limits_.block_bytes = block_bytes;
    EXPECT_EQ(Read(text), whole) << block_bytes;
    EXPECT_EQ(Read(text, 3), whole) << block_bytes;
  }
}

TEST_F(NdjsonReaderTest, BlocksCoverEveryByteOfTheObject) {
  std::string text = "\xef\xbb\xbf\n{}\r\n" + std::string(50, 'x') + "\n\n{}";
  StringSource source(text);
  uint64_t covered = 0;
  Read(source, &covered);
  EXPECT_EQ(covered, text.size());
}

TEST_F(NdjsonReaderTest, ABlockHoldsABoundedNumberOfRecords) {
  limits_ = {kMiB, kMiB};
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "1\n";
  EXPECT_EQ(Read(text).size(), 20'000u);
  EXPECT_EQ(blocks_read_, 3);
}

TEST_F(NdjsonReaderTest, GivesTheLargeBufferBackWithTheNextRead) {
  StringSource source(std::string(30, 'x') + "\ny\n" + std::string(30, 'z'));
  BufferPool blocks(16), large(66);
  auto reader = NewNdjsonReader(source, blocks, large, limits_, stop_);
  RecordBlock block;
  EXPECT_EQ(large.in_use(), 0u);
  ASSERT_TRUE(reader->Read(block));
  EXPECT_EQ(large.in_use(), 66u);
  ASSERT_TRUE(reader->Read(block));
  EXPECT_EQ(block.records.at(0).bytes, "y");
  EXPECT_EQ(large.in_use(), 0u);
  ASSERT_TRUE(reader->Read(block));
  EXPECT_EQ(large.in_use(), 66u);
  EXPECT_FALSE(reader->Read(block));
  EXPECT_EQ(large.in_use(), 0u);
}

TEST_F(NdjsonReaderTest, GivesUpOnAHugeLineAtTheLimit) {
  limits_ = {64 * kKiB, kMiB};
  MonotonousSource source('x', kGiB);
  EXPECT_THROW(Read(source), Error);
  EXPECT_LE(source.given(), limits_.record_bytes + limits_.block_bytes + 2);
}

TEST_F(NdjsonReaderTest, MeasuresALineWithoutItsEnd) {
  std::string most(64, 'x');
  for (size_t block_bytes : {4, 16, 63, 64, 65, 66, 67, 1000}) {
    limits_.block_bytes = block_bytes;
    for (const char* end : {"", "\r", "\n", "\r\n"}) {
      EXPECT_EQ(Read("{}\n" + most + end), (Lines{{"{}", 1, 0}, {most, 2, 3}})) << block_bytes;
      EXPECT_EQ(Code("{}\n" + most + "x" + end), "line-too-long") << block_bytes;
    }
  }
}

TEST_F(NdjsonReaderTest, EveryErrorPath) {
  EXPECT_EQ(Code("{}\n\n" + std::string(65, 'x')), "line-too-long");
  EXPECT_EQ(message_, "line 3, which starts at byte 4, is longer than 64 B");

  BufferPool blocks(16), large(66);
  Buffer taken = large.Take(66, stop_, Deadline::After(std::chrono::seconds(1)));
  StringSource source("{}\n" + std::string(30, 'x'));
  auto reader = NewNdjsonReader(source, blocks, large, limits_, stop_);
  RecordBlock block;
  ASSERT_TRUE(reader->Read(block));
  stop_.Request();
  try {
    reader->Read(block);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "interrupted");
  }
}

TEST_F(NdjsonReaderTest, HoldsForTheFuzzersSeeds) {
  auto seeds = Corpus("ndjson_reader_fuzz");
  EXPECT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) FuzzNdjsonReader(seed);
}

}  // namespace
}  // namespace sluice
