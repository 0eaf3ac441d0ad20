#include "record/delimited_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "bytes/byte_source_testing.h"

namespace sluice {
namespace {

struct Line {
  std::string bytes;
  uint64_t line;
  uint64_t byte_offset;
  bool operator==(const Line&) const = default;
};

void PrintTo(const Line& line, std::ostream* out) {
  *out << line.line << "@" << line.byte_offset << ":" << line.bytes;
}

class DelimitedReaderTest : public testing::Test {
 protected:
  std::vector<Line> ReadIn(const std::string& text, size_t step, size_t block_bytes) {
    StringSource source(text, step);
    BufferPool blocks(block_bytes), large(256 + 2);
    DelimitedOptions options{{block_bytes, 256},
                             empty_lines_count_,
                             [this](std::string_view header) { header_ = header; }};
    auto reader = NewDelimitedReader(source, blocks, large, dialect_, options, stop_);
    std::vector<Line> lines;
    RecordBlock block;
    while (reader->Read(block)) {
      for (const Record& record : block.records) {
        lines.push_back(
            {std::string(record.bytes), record.position.line, record.position.byte_offset});
      }
    }
    return lines;
  }

  // The same whatever the sizes of blocks and reads are.
  std::vector<Line> Read(const std::string& text) {
    std::vector<Line> lines = ReadIn(text, SIZE_MAX, 4096);
    for (size_t block_bytes : {4, 5, 7, 16, 64}) {
      for (size_t step : {size_t{1}, size_t{3}, SIZE_MAX}) {
        EXPECT_EQ(ReadIn(text, step, block_bytes), lines) << block_bytes << " by " << step;
      }
    }
    return lines;
  }

  using Lines = std::vector<Line>;
  Dialect dialect_ = Dialect::Text();
  bool empty_lines_count_ = false;
  std::string header_;
  Stop stop_;
};

TEST_F(DelimitedReaderTest, ARecordEndsWithItsLine) {
  EXPECT_EQ(Read("a\tb\nc\td"), (Lines{{"a\tb", 1, 0}, {"c\td", 2, 4}}));
  EXPECT_EQ(Read("a\r\nb\nc\r\n"), (Lines{{"a", 1, 0}, {"b", 2, 3}, {"c", 3, 5}}));
  EXPECT_EQ(Read(""), Lines{});
}

TEST_F(DelimitedReaderTest, AnEscapedLineEndIsData) {
  EXPECT_EQ(Read("a\\\nb\nc"), (Lines{{"a\\\nb", 1, 0}, {"c", 3, 5}}));
  EXPECT_EQ(Read("a\\\\\nb"), (Lines{{"a\\\\", 1, 0}, {"b", 2, 4}}));
  EXPECT_EQ(Read("a\\\\\\\nb\n"), (Lines{{"a\\\\\\\nb", 1, 0}}));
  EXPECT_EQ(Read("a\\\r\nb"), (Lines{{"a\\\r", 1, 0}, {"b", 2, 4}}));
  EXPECT_EQ(Read("a\\\\\r\nb"), (Lines{{"a\\\\", 1, 0}, {"b", 2, 5}}));
  EXPECT_EQ(Read("\\\n\\\n\\\nx\ny"), (Lines{{"\\\n\\\n\\\nx", 1, 0}, {"y", 5, 8}}));
}

TEST_F(DelimitedReaderTest, WithoutEscapesABackslashIsData) {
  dialect_ = Dialect::Unload();
  EXPECT_EQ(Read("a\\\nb"), (Lines{{"a\\", 1, 0}, {"b", 2, 3}}));
}

TEST_F(DelimitedReaderTest, AQuotedLineEndIsData) {
  dialect_ = Dialect::Csv();
  EXPECT_EQ(Read("a,\"b\nc\"\nd,e"), (Lines{{"a,\"b\nc\"", 1, 0}, {"d,e", 3, 8}}));
  EXPECT_EQ(Read("\"a\"\"\n\"\"b\"\nc"), (Lines{{"\"a\"\"\n\"\"b\"", 1, 0}, {"c", 3, 10}}));
  EXPECT_EQ(Read("\"a\r\n\"\r\nc"), (Lines{{"\"a\r\n\"", 1, 0}, {"c", 3, 7}}));
  EXPECT_EQ(Read("\"a\nb"), (Lines{{"\"a\nb", 1, 0}}));
}

TEST_F(DelimitedReaderTest, AnEscapedQuoteDoesNotEndAField) {
  dialect_ = Dialect::Csv();
  dialect_.escape = '\\';
  EXPECT_EQ(Read("\"a\\\"\nb\"\nc"), (Lines{{"\"a\\\"\nb\"", 1, 0}, {"c", 3, 8}}));
  EXPECT_EQ(Read("\"a\\\\\"\nb"), (Lines{{"\"a\\\\\"", 1, 0}, {"b", 2, 6}}));
  EXPECT_EQ(Read("a\\\nb"), (Lines{{"a\\", 1, 0}, {"b", 2, 3}})) << "outside of quotes it is data";
  dialect_ = Dialect::Unload();
  dialect_.quote = '"';
  dialect_.escape = '\\';
  EXPECT_EQ(Read("\"a\\\"\\\nb\"|\"c\"\nd"), (Lines{{"\"a\\\"\\\nb\"|\"c\"", 1, 0}, {"d", 3, 13}}));
}

TEST_F(DelimitedReaderTest, EmptyLinesAreNoRecordsUnlessAFieldCanBeEmpty) {
  EXPECT_EQ(Read("a\n\n\r\nb\n\n"), (Lines{{"a", 1, 0}, {"b", 4, 5}}));
  empty_lines_count_ = true;
  EXPECT_EQ(Read("a\n\nb\n"), (Lines{{"a", 1, 0}, {"", 2, 2}, {"b", 3, 3}}));
}

TEST_F(DelimitedReaderTest, TheHeaderIsNoRecord) {
  dialect_ = Dialect::Csv();
  dialect_.header = true;
  EXPECT_EQ(Read("\xef\xbb\xbf\"x\ny\",z\na,b\n"), (Lines{{"a,b", 3, 11}}));
  EXPECT_EQ(header_, "\"x\ny\",z");
}

TEST_F(DelimitedReaderTest, ARecordMayBeLongerThanABlock) {
  std::string field(200, 'x');
  dialect_ = Dialect::Csv();
  EXPECT_EQ(Read("\"" + field + "\n\"\nb\n"),
            (Lines{{"\"" + field + "\n\"", 1, 0}, {"b", 3, 204}}));
  EXPECT_THROW(Read(std::string(400, 'x')), Error);
}

}  // namespace
}  // namespace sluice
