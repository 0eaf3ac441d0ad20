// How a file of delimited text writes its rows: which bytes part fields, quote and escape them, and
// stand for NULL. doc/reference/table.md tells which programs write which dialect.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

struct Dialect {
  enum class Kind {
    kText,    // PostgreSQL's COPY text: a backslash begins an escape as in C
    kCsv,     // RFC 4180 and PostgreSQL's COPY csv: quotes where needed
    kUnload,  // Redshift's UNLOAD: bare, with ESCAPE, with ADDQUOTES, or with both
  };
  static constexpr char kNone = '\0';

  Kind kind = Kind::kText;
  char delimiter = '\t';
  char quote = kNone;  // kUnload: round every field
  char escape = '\\';  // the quote itself where quotes are doubled
  // As it stands in the file, escapes and all.
  std::string null = "\\N";
  bool header = false;  // the first record of every object names the columns

  static Dialect Text() { return {}; }
  static Dialect Csv() { return {Kind::kCsv, ',', '"', '"', "", false}; }
  // Escape and quotes must still be said.
  static Dialect Unload() { return {Kind::kUnload, '|', kNone, kNone, "", false}; }

  // An escape outside of quotes takes away the meaning of the next byte, also of a line end.
  bool EscapesAnywhere() const { return kind != Kind::kCsv && escape != kNone; }
  bool operator==(const Dialect&) const = default;
};

std::string_view ToString(Dialect::Kind kind);

// Errors (kNever, kRun): "dialect-invalid" for bytes that cannot mean what they are to mean.
void CheckDialect(const Dialect& dialect);

}  // namespace sluice
