#include "record/delimited_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace sluice {
namespace {

class DelimitedParserTest : public testing::Test {
 protected:
  // The fields in brackets, NULL as a dash; or the fault and its byte.
  std::string Parse(const Dialect& dialect, std::string_view record) {
    DelimitedParser parser(dialect);
    parser.Parse("before the record in question");
    DelimitedVerdict verdict = parser.Parse(record);
    if (!verdict) return std::string(ToReason(verdict.fault)) + "@" + std::to_string(verdict.at);
    std::string fields;
    for (const auto& field : parser.fields()) {
      fields += field.null ? "-" : "[" + std::string(field.value) + "]";
    }
    return fields;
  }

  static Dialect Unload(char escape, char quote, std::string null = "") {
    Dialect dialect = Dialect::Unload();
    dialect.escape = escape;
    dialect.quote = quote;
    dialect.null = std::move(null);
    return dialect;
  }
  const Dialect text_ = Dialect::Text();
  const Dialect csv_ = Dialect::Csv();
};

TEST_F(DelimitedParserTest, Text) {
  EXPECT_EQ(Parse(text_, "a\tb\t\t\\N"), "[a][b][]-");
  EXPECT_EQ(Parse(text_, ""), "[]");
  EXPECT_EQ(Parse(text_, "\\t\\n\\r\\b\\f\\v\\\\\\\t"), "[\t\n\r\b\f\v\\\t]");
  EXPECT_EQ(Parse(text_, "\\101\\x42\\x4a1\\7x"), "[ABJ1\ax]");
  EXPECT_EQ(Parse(text_, "a\\\nb\\\rc"), "[a\nb\rc]");
  EXPECT_EQ(Parse(text_, "\\\\N\tx"), "[\\N][x]") << "not NULL: the backslash is data";
}

TEST_F(DelimitedParserTest, WhatCopyWouldChangeSilentlyIsAFault) {
  EXPECT_EQ(Parse(text_, "\\."), "end-marker@0");
  EXPECT_EQ(Parse(text_, "a\\."), "escape-unknown@1");
  EXPECT_EQ(Parse(text_, "C:\\Windows"), "escape-unknown@2");
  EXPECT_EQ(Parse(text_, "a\\Nb\tc"), "escape-unknown@1");
  EXPECT_EQ(Parse(text_, "ab\\"), "escape-unknown@2");
  EXPECT_EQ(Parse(text_, "\\0"), "escape-unknown@0");
  EXPECT_EQ(Parse(text_, "a\rb"), "bare-cr@1");
  EXPECT_EQ(Parse(text_, std::string_view("a\0b", 3)), "text-nul@1");
  Dialect other = text_;
  other.null = "";
  EXPECT_EQ(Parse(other, "\\N\tx"), "escape-unknown@0") << "COPY would make it the letter N";
  EXPECT_EQ(Parse(other, "\tx"), "-[x]");
}

TEST_F(DelimitedParserTest, Csv) {
  EXPECT_EQ(Parse(csv_, "a,,\"\",\"b,\"\"c\"\"\""), "[a]-[][b,\"c\"]");
  EXPECT_EQ(Parse(csv_, "\"a\nb\r\n\",c\\d"), "[a\nb\r\n][c\\d]");
  EXPECT_EQ(Parse(csv_, "a,"), "[a]-");
  EXPECT_EQ(Parse(csv_, "\\N,\\."), "[\\N][\\.]");
  EXPECT_EQ(Parse(csv_, "a\"b"), "quote-stray@1");
  EXPECT_EQ(Parse(csv_, "\"a\"b"), "quote-stray@3");
  EXPECT_EQ(Parse(csv_, "x,\"ab"), "quote-open@2");
  EXPECT_EQ(Parse(csv_, "a\rb"), "bare-cr@1");
  Dialect other = csv_;
  other.escape = '\\';
  other.null = "NULL";
  EXPECT_EQ(Parse(other, "\"a\\\"b\\\\c\\n\",NULL,\"NULL\""), "[a\"b\\c\\n]-[NULL]");
}

TEST_F(DelimitedParserTest, UnloadBare) {
  Dialect bare = Unload('\0', '\0', "NULL_STRING__");
  EXPECT_EQ(Parse(bare, "a\\n|NULL_STRING__|\\.|b\rc"), "[a\\n]-[\\.][b\rc]");
  EXPECT_EQ(Parse(Unload('\0', '\0'), "|\\N"), "-[\\N]");
  EXPECT_EQ(Parse(Unload('\0', '\0', "\\N"), "|\\N"), "[]-");
}

TEST_F(DelimitedParserTest, UnloadEscaped) {
  Dialect escaped = Unload('\\', '\0', "");
  EXPECT_EQ(Parse(escaped, "a\\|b|c\\\\n|\\\n\\\r|"), "[a|b][c\\n][\n\r]-");
  EXPECT_EQ(Parse(escaped, "a\\nb"), "escape-unknown@1") << "UNLOAD writes no such escape";
  Dialect with_null = Unload('\\', '\0', "\\N");
  EXPECT_EQ(Parse(with_null, "\\N|x"), "-[x]");
  EXPECT_EQ(Parse(with_null, "x|\\\\N"), "null-ambiguous@2");
  EXPECT_EQ(Parse(Unload('\\', '\0', "\\\\N"), "\\\\N|x"), "-[x]") << "said as it stands";
}

TEST_F(DelimitedParserTest, UnloadQuoted) {
  Dialect both = Unload('\\', '"', "@NULL@");
  EXPECT_EQ(Parse(both, "\"a\\\"b\\'c\"|\"@NULL@\"|@NULL@|\"\""), "[a\"b'c]--[]");
  EXPECT_EQ(Parse(both, "\"a|b\\\nc\\\\\""), "[a|b\nc\\]");
  EXPECT_EQ(Parse(both, "\"a\"b\"|\"c\""), "quote-stray@3");
  Dialect quoted = Unload('\0', '"');
  EXPECT_EQ(Parse(quoted, "\"a\\n\"|\"\"|"), "[a\\n][]-");
}

TEST_F(DelimitedParserTest, ADialectMustBePossible) {
  auto code = [](auto change) {
    Dialect dialect = Dialect::Csv();
    change(dialect);
    try {
      CheckDialect(dialect);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("none");
  };
  EXPECT_EQ(code([](Dialect&) {}), "none");
  EXPECT_EQ(code([](Dialect& d) { d.delimiter = '"'; }), "dialect-invalid");
  EXPECT_EQ(code([](Dialect& d) { d.delimiter = '\n'; }), "dialect-invalid");
  EXPECT_EQ(code([](Dialect& d) { d.delimiter = '\0'; }), "dialect-invalid");
  EXPECT_EQ(code([](Dialect& d) { d.quote = '\0'; }), "dialect-invalid");
  EXPECT_EQ(code([](Dialect& d) { d.quote = '\xe9'; }), "dialect-invalid");
  EXPECT_EQ(code([](Dialect& d) { d.null = "a,b"; }), "dialect-invalid");
  EXPECT_EQ(code([](Dialect& d) { d.kind = Dialect::Kind::kText; }), "dialect-invalid");
  EXPECT_EQ(code([](Dialect& d) { d.kind = Dialect::Kind::kUnload; }), "dialect-invalid");
}

}  // namespace
}  // namespace sluice
