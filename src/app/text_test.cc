#include "app/text.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(TextTest, StrangersCannotCommandTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\n\tc\x7f"), "a?[2Jb??c?");
  EXPECT_EQ(Printable("C1: \xC2\x9B"
                      "31m"),
            "C1: ?31m");
  EXPECT_EQ(Printable("größe \xC2\xA0 日本"), "größe \xC2\xA0 日本");
}

TEST(TextTest, FitsByCharactersNotBytes) {
  EXPECT_EQ(FitEnd("s3://b/Patient.ndjson", 14), "...ient.ndjson");
  EXPECT_EQ(FitEnd("short", 5), "short");
  EXPECT_EQ(FitEnd("日本語日本語", 5), "...本語");
  EXPECT_EQ(FitStart("日本語", 2), "日本");
  EXPECT_EQ(FitStart("abc", 3), "abc");
}

TEST(TextTest, CountsInWords) {
  EXPECT_EQ(Counted(1, "object"), "1 object");
  EXPECT_EQ(Counted(0, "object"), "0 objects");
  EXPECT_EQ(Counted(12345, "object"), "12,345 objects");
}

TEST(TextTest, QuotesForTheShellWhereItMust) {
  EXPECT_EQ(ShellWord("s3://b/k-1.ndjson"), "s3://b/k-1.ndjson");
  EXPECT_EQ(ShellWord("a b"), "'a b'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord("*"), "'*'");
  EXPECT_EQ(ShellWord("$(x)"), "'$(x)'");
  EXPECT_EQ(ShellWord(""), "''");
}

TEST(TextTest, TablesAlignTextLeftAndNumbersRight) {
  TextTable table("  ");
  table.Add({"Patient", "13", "rows"});
  table.Add({"größe", "1,234", "rows", "x"});
  EXPECT_EQ(table.Render(),
            "  Patient     13  rows\n"
            "  größe    1,234  rows  x\n");
}

TEST(TextTest, EveryErrorPath) {
  EXPECT_EQ(TextTable().Render(), "");
  EXPECT_EQ(FitEnd("abcdef", 2), "");
  EXPECT_EQ(FitEnd("abcdef", 0), "");
  EXPECT_EQ(FitStart("abc", 0), "");
  EXPECT_EQ(Printable("\xC2"), "\xC2");
  EXPECT_EQ(Printable(std::string(1, '\0')), "?");
}

}  // namespace
}  // namespace sluice
