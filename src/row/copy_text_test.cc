#include "row/copy_text.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string Encoded(std::string_view value, char delimiter = '\t') {
  std::string out = "before:";
  AppendCopyText(value, delimiter, out);
  return out.substr(7);
}

TEST(CopyTextTest, WhatCopyReadsOtherwiseIsEscaped) {
  EXPECT_EQ(Encoded(""), "");
  EXPECT_EQ(Encoded("plain é"), "plain é");
  EXPECT_EQ(Encoded("a\tb\nc\rd\\e"), "a\\\tb\\nc\\rd\\\\e");
  EXPECT_EQ(Encoded("a|b\tc", '|'), "a\\|b\tc");
  EXPECT_EQ(Encoded("\\N"), "\\\\N");
  EXPECT_EQ(Encoded("\\."), "\\\\.");
}

TEST(CopyTextTest, DelimitersAreThoseThatCopyTakes) {
  for (char c : {'\t', '|', ',', ';', '\x01', '~', 'A'}) EXPECT_TRUE(IsCopyTextDelimiter(c));
  for (char c : {'\\', '.', 'a', '0', '\n', '\r', '\0'}) EXPECT_FALSE(IsCopyTextDelimiter(c));
}

}  // namespace
}  // namespace sluice
