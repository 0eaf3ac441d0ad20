#include "system/table/delimited_mapper.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/buffer_pool.h"
#include "bytes/byte_source_testing.h"
#include "record/delimited_reader.h"
#include "row/copy_text.h"

namespace sluice {
namespace {

class DelimitedMapperTest : public testing::Test {
 protected:
  // What goes to COPY; the reasons of rejects in reasons_.
  std::string Map(const Dialect& dialect, const std::string& text, size_t columns,
                  bool one_line = false) {
    form_ = ChooseForm(dialect, one_line);
    auto mapper = NewDelimitedMapper({dialect, form_, columns, true});
    StringSource source(text, SIZE_MAX);
    BufferPool blocks(4096), large(4096);
    auto reader = NewDelimitedReader(source, blocks, large, dialect,
                                     {{4096, 1024}, columns == 1, [](std::string_view) {}}, stop_);
    RecordBlock block;
    Rows rows;
    std::vector<Reject> rejects;
    while (reader->Read(block)) mapper->Map(block, rows, rejects);
    reasons_.clear();
    for (const Reject& reject : rejects) {
      reasons_ += reject.reason + "@" + std::to_string(reject.position.line) + " ";
      EXPECT_FALSE(reject.remedy.empty());
    }
    rows_ = rows.table(0).rows();
    return rows.table(0).bytes;
  }

  static Dialect Unload(char escape, char quote = Dialect::kNone, std::string null = "") {
    Dialect dialect = Dialect::Unload();
    dialect.escape = escape;
    dialect.quote = quote;
    dialect.null = std::move(null);
    return dialect;
  }

  Stop stop_;
  CopyForm form_;
  std::string reasons_;
  size_t rows_ = 0;
};

TEST_F(DelimitedMapperTest, WhatCopyReadsExactlyPassesThroughByteForByte) {
  std::string text = "1\ta\\tb\\\\\n2\tx\\\ny\n3\t\\N\n";
  EXPECT_EQ(Map(Dialect::Text(), text, 2), text);
  EXPECT_EQ(rows_, 3u);
  EXPECT_EQ(form_.Options(), "FORMAT text, DELIMITER E'\t', NULL E'\\\\N'");
  std::string csv = "1,\"a\"\"b\n\\.x\"\n,\"\"\n";
  EXPECT_EQ(Map(Dialect::Csv(), csv, 2), csv);
  EXPECT_EQ(form_.Options(), "FORMAT csv, DELIMITER E',', NULL E'', QUOTE E'\"', ESCAPE E'\"'");
  EXPECT_EQ(Map(Unload('\\'), "1|a\\|b\n2|\n", 2), "1|a\\|b\n2|\n");
}

TEST_F(DelimitedMapperTest, LineEndsAndTrailingDelimitersAreMadeAlike) {
  EXPECT_EQ(Map(Dialect::Text(), "1\ta\r\n2\tb\n3\tc\r\n4\td", 2), "1\ta\n2\tb\n3\tc\n4\td\n");
  EXPECT_EQ(Map(Unload('\0'), "1|a|\n2|b\n3|c|\r\n", 2), "1|a\n2|b\n3|c\n");
  EXPECT_EQ(Map(Dialect::Csv(), "1,\"a\",\n", 2), "1,\"a\"\n");
  EXPECT_EQ(reasons_, "");
}

TEST_F(DelimitedMapperTest, WithoutEscapesBackslashesAreKeptForCopy) {
  EXPECT_EQ(Map(Unload('\0'), "1|C:\\new\n\\.|\\N\n3|x\n", 2), "1|C:\\\\new\n\\\\.|\\\\N\n3|x\n");
  EXPECT_EQ(Map(Unload('\0', '\0', "\\N"), "1|\\N\n2|a\\N\n", 2), "1|\\N\n2|a\\\\N\n");
  EXPECT_EQ(form_.null, kCopyTextNull);
  EXPECT_EQ(Map(Unload('\0'), "1|a\rb\n", 2), "1|a\\rb\n");
}

TEST_F(DelimitedMapperTest, DecodingMakesOneLineOfARow) {
  EXPECT_EQ(Map(Unload('\\', '"', "@"), "\"1\"|\"a\\\nb\\\"\\|\"\n\"@\"|@\n", 2),
            "1|a\\nb\"\\|\n\\N|\\N\n");
  EXPECT_EQ(Map(Dialect::Csv(), "1,\"a\nb\"\n,\"\"\n", 2, true), "1\ta\\nb\n\\N\t\n");
  EXPECT_EQ(Map(Dialect::Text(), "1\ta\\\nb\n", 2, true), "1\ta\\nb\n");
}

TEST_F(DelimitedMapperTest, BadRecordsAreRejectedAndTheOthersAreNot) {
  EXPECT_EQ(Map(Dialect::Text(), "1\ta\n2\n3\tb\tc\n\\.\n4\tC:\\x\n5\te\n", 2), "1\ta\n5\te\n");
  EXPECT_EQ(reasons_, "column-count@2 column-count@3 end-marker@4 escape-unknown@5 ");
  EXPECT_EQ(Map(Dialect::Csv(), "1,a\n\"x\n\\.\n\",b\n5,c\"\n6,d", 2), "1,a\n");
  EXPECT_EQ(reasons_, "end-marker@2 quote-stray@5 ");
  EXPECT_EQ(Map(Dialect::Csv(), "\\.\n\\.x\n", 1), "\\.x\n");
  EXPECT_EQ(reasons_, "end-marker@1 ");
  EXPECT_EQ(Map(Dialect::Text(), "1\t\xff\n2\té\n", 2), "2\té\n");
  EXPECT_EQ(reasons_, "text-utf8@1 ");
}

}  // namespace
}  // namespace sluice
