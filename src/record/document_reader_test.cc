#include "record/document_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "bytes/byte_source_testing.h"

namespace sluice {
namespace {

class DocumentReaderTest : public testing::Test {
 protected:
  // The one record, with its place.
  std::string Read(const std::string& text, size_t step = SIZE_MAX) {
    BufferPool blocks(16), large(65);
    StringSource source(text, step);
    auto reader = NewDocumentReader(source, blocks, large, {16, 64}, stop_);
    RecordBlock block;
    EXPECT_TRUE(reader->Read(block));
    EXPECT_EQ(block.records.size(), 1u);
    EXPECT_EQ(block.bytes, text.size());
    const Record record = block.records.at(0);
    std::string read(record.bytes);
    offset_ = record.position.byte_offset;
    EXPECT_EQ(record.position.line, 1u);
    EXPECT_FALSE(reader->Read(block));
    return read;
  }

  Stop stop_;
  uint64_t offset_ = 0;
};

TEST_F(DocumentReaderTest, GivesTheWholeObjectAsOneRecord) {
  for (size_t size : {0, 1, 15, 16, 17, 63, 64}) {
    std::string text(size, 'x');
    EXPECT_EQ(Read(text), text);
    EXPECT_EQ(Read(text, 3), text);
  }
  EXPECT_EQ(Read("{\n}\n"), "{\n}\n");
}

TEST_F(DocumentReaderTest, LeavesOutAByteOrderMark) {
  EXPECT_EQ(Read("\xef\xbb\xbf{}"), "{}");
  EXPECT_EQ(offset_, 3u);
}

TEST_F(DocumentReaderTest, RefusesADocumentThatIsTooLong) {
  try {
    Read(std::string(65, 'x'));
    FAIL() << "was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "document-too-long");
    EXPECT_EQ(error.scope(), Scope::kObject);
  }
}

}  // namespace
}  // namespace sluice
