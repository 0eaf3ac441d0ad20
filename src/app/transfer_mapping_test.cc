#include "app/transfer_mapping.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"

namespace sluice {
namespace {

using testing::HasSubstr;

class TransferMappingTest : public testing::Test {
 protected:
  ~TransferMappingTest() override { std::filesystem::remove(file_); }
  TransferMapping Read(const std::string& text) {
    std::ofstream(file_) << text;
    return ReadMapping(file_, "2026-01-09");
  }
  std::string Refusal(const std::string& text) {
    try {
      Read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "mapping-invalid");
      EXPECT_FALSE(error.remedy().empty());
      return error.message();
    }
    return "nothing";
  }
  const std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("mapping" + std::to_string(getpid()) + ".yaml");
};

TEST_F(TransferMappingTest, FillsInDatesAndWhatIsSaidForAll) {
  TransferMapping mapping = Read(
      "from: postgresql://h/d\nload: swap\ntables:\n"
      "  - {table: a.b, path: 's3://x/{YYYY}/{MM}/{DD}/{DD}_'}\n"
      "  - {table: c, query: SELECT 1, path: /p, load: upsert, key: 'id,x', create: true}\n");
  EXPECT_EQ(mapping.from, "postgresql://h/d");
  ASSERT_EQ(mapping.tables.size(), 2u);
  EXPECT_EQ(mapping.tables[0].path, "s3://x/2026/01/09/09_");
  EXPECT_EQ(mapping.tables[0].source, "a.b");
  EXPECT_EQ(mapping.tables[0].load, "swap");
  EXPECT_EQ(mapping.tables[1].source, "");
  EXPECT_EQ(mapping.tables[1].query, "SELECT 1");
  EXPECT_EQ(mapping.tables[1].load, "upsert");
  EXPECT_EQ(mapping.tables[1].key, "id,x");
  EXPECT_TRUE(mapping.tables[1].create);
}

TEST_F(TransferMappingTest, EveryErrorPath) {
  EXPECT_THAT(Refusal("tables: ["), HasSubstr(".yaml:"));
  EXPECT_THAT(Refusal("- a\n"), HasSubstr("a mapping has"));
  EXPECT_THAT(Refusal("x: 1\n"), HasSubstr(":1: unknown key x"));
  EXPECT_THAT(Refusal("load: append\n"), HasSubstr("tables must be a list"));
  EXPECT_THAT(Refusal("load: often\n"), HasSubstr("load is append"));
  EXPECT_THAT(Refusal("load: append\ntables: [{table: a}]\n"), HasSubstr(":2: table and path"));
  EXPECT_THAT(Refusal("tables: [{table: a, path: /p}]\n"), HasSubstr("must be said"));
  EXPECT_THAT(Refusal("load: append\ntables: [{table: a, path: '/p{HH}'}]\n"), HasSubstr("{YYYY}"));
  EXPECT_THAT(Refusal("load: append\ntables: [{table: a, path: /p, key: x}]\n"),
              HasSubstr("key is for load: upsert"));
  EXPECT_THAT(Refusal("load: append\ntables: [{table: a, path: /p, source: b, query: c}]\n"),
              HasSubstr("cannot both"));
  EXPECT_THAT(Refusal("load: append\ntables: [{table: a, path: /p}, {table: b, path: /p}]\n"),
              HasSubstr("stands there already"));
  EXPECT_THROW(ReadMapping("/nowhere/at.yaml", "2026-01-09"), Error);
}

}  // namespace
}  // namespace sluice
