#include "system/table/plain_decoder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/buffer_pool.h"
#include "record/delimited_parser.h"
#include "row/copy_text.h"

namespace sluice {
namespace {

Dialect Unload(char escape, char quote, std::string null = "") {
  Dialect dialect = Dialect::Unload();
  dialect.escape = escape;
  dialect.quote = quote;
  dialect.null = std::move(null);
  return dialect;
}

// With what a buffer has behind its last record.
bool Append(PlainDecoder& decoder, const std::string& record, std::string& out) {
  std::string padded = record + std::string(Buffer::kPadding, '"');
  return decoder.Append(std::string_view(padded).substr(0, record.size()), out);
}

std::string Row(const Dialect& dialect, const CopyForm& form, size_t columns,
                const std::string& record) {
  PlainDecoder decoder(dialect, form, columns);
  std::string out = "before ";
  if (!Append(decoder, record, out)) {
    EXPECT_EQ(out, "before ");
    return "(a closer look)";
  }
  return out.substr(7);
}

// The long way; empty: the record is bad.
std::string Parsed(DelimitedParser& parser, const CopyForm& form, size_t columns,
                   const std::string& record, char delimiter) {
  if (!parser.Parse(record)) return "";
  size_t found = parser.fields().size();
  if (found != columns && !(found == columns + 1 && record.back() == delimiter)) return "";
  std::string row;
  for (size_t column = 0; column < columns; ++column) {
    if (column != 0) row += form.delimiter;
    const DelimitedParser::Field& field = parser.fields()[column];
    if (field.null) {
      row += form.null;
    } else {
      AppendCopyText(field.value, form.delimiter, row);
    }
  }
  return row + "\n";
}

const CopyForm kForm{.way = Way::kDecode, .why = "", .delimiter = '|', .null = "\\N"};

TEST(PlainDecoderTest, TakesQuotesAwayAndPutsNullsIn) {
  Dialect quoted = Unload('\\', '"');
  EXPECT_EQ(Row(quoted, kForm, 3, R"("1"|"a field of more than sixteen bytes"|"")"),
            "1|a field of more than sixteen bytes|\n");
  EXPECT_EQ(Row(quoted, kForm, 3, R"("1"||"x"|)"), "1|\\N|x\n");
  EXPECT_EQ(Row(Unload('\\', '"', "@"), kForm, 3, R"(@|"@"|"")"), "\\N|\\N|\n");
  EXPECT_EQ(Row(Dialect::Csv(), CopyForm(), 2, "a|b,"), "a|b\t\\N\n");
  EXPECT_EQ(Row(Unload('\0', '\0'), kForm, 1, ""), "\\N\n");
}

TEST(PlainDecoderTest, LeavesToACloserLookWhatNeedsOne) {
  Dialect quoted = Unload('\\', '"');
  for (const char* record :
       {R"("1"|"a\|")", R"("1"|"a|b")", R"("1"|"a)", R"("1"|a"b)", R"("1"|"a"b)", R"("1")",
        R"("1"|"2"|"3")", R"("1"|"2"||)", R"("1"|"2"|"")", "\"1\"|\"a\nb\"", "1|a\rb", "1|C:\\x"}) {
    EXPECT_EQ(Row(quoted, kForm, 2, record), "(a closer look)") << record;
  }
  EXPECT_EQ(Row(quoted, kForm, 2, std::string("\"1\"|\"\0\"", 7)), "(a closer look)");
  EXPECT_EQ(Row(Dialect::Csv(), CopyForm(), 1, "\"a\"\"b\""), "(a closer look)");
  EXPECT_EQ(Row(Dialect::Csv(), CopyForm(), 1, "a\tb"), "(a closer look)");
}

TEST(PlainDecoderTest, ComesToTheSameAsTheLongWayOnRandomRecords) {
  std::mt19937 random(5);
  const Dialect dialects[] = {Unload('\\', '"'),  Unload('\\', '"', "@"), Unload('^', '"', "ab"),
                              Unload('\0', '\0'), Unload('\\', '\0'),     Dialect::Csv(),
                              Dialect::Text()};
  for (const Dialect& dialect : dialects) {
    for (char delimiter : {dialect.delimiter, ';'}) {
      CopyForm form = kForm;
      form.delimiter = delimiter;
      DelimitedParser parser(dialect);
      int plain = 0;
      for (int round = 0; round < 40'000; ++round) {
        const std::string pieces[] = {"a", "b",  "ab", "@", "longer than sixteen bytes",
                                      ";", "\\", "\r", "^", std::string(1, dialect.delimiter)};
        size_t columns = 1 + random() % 3;
        std::string record;
        for (size_t field = 0; field < columns; ++field) {
          if (field != 0) record += dialect.delimiter;
          std::string quote(random() % 2, '"');
          record += quote;
          for (size_t left = random() % 3; left != 0; --left) {
            record += pieces[random() % (random() % 8 == 0 ? 10 : 5)];
          }
          record += random() % 16 == 0 ? "\"" : quote;
        }
        PlainDecoder decoder(dialect, form, columns);
        std::string row;
        if (!Append(decoder, record, row)) continue;
        ++plain;
        ASSERT_EQ(row, Parsed(parser, form, columns, record, dialect.delimiter))
            << record << " in " << columns;
      }
      EXPECT_GT(plain, 5'000);
    }
  }
}

}  // namespace
}  // namespace sluice
