#include "record/dialect.h"

#include <algorithm>

#include "base/error.h"

namespace sluice {
namespace {

[[noreturn]] void Refuse(const std::string& why) {
  throw Fault("dialect-invalid", why)
      .With(Scope::kRun)
      .Remedy("see doc/reference/table.md for the dialects and their options");
}

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

void CheckByte(char c, const std::string& what) {
  if (IsLineEnd(c) || static_cast<unsigned char>(c) >= 0x80) {
    Refuse(what + " must be one ASCII character and no line end");
  }
}

}  // namespace

std::string_view ToString(Dialect::Kind kind) {
  switch (kind) {
    case Dialect::Kind::kText:
      return "text";
    case Dialect::Kind::kCsv:
      return "csv";
    case Dialect::Kind::kUnload:
      return "unload";
  }
  return "?";
}

void CheckDialect(const Dialect& dialect) {
  CheckByte(dialect.delimiter, "the delimiter");
  CheckByte(dialect.quote, "the quote");
  CheckByte(dialect.escape, "the escape");
  if (dialect.delimiter == Dialect::kNone) Refuse("the delimiter must be one ASCII character");
  if (dialect.delimiter == dialect.quote || dialect.delimiter == dialect.escape) {
    Refuse("the delimiter cannot be the quote or the escape too");
  }
  if (dialect.kind == Dialect::Kind::kText &&
      (dialect.quote != Dialect::kNone || dialect.escape != '\\')) {
    Refuse("format text has no quotes, and its escape is the backslash");
  }
  if (dialect.kind == Dialect::Kind::kCsv &&
      (dialect.quote == Dialect::kNone || dialect.escape == Dialect::kNone)) {
    Refuse("format csv needs a quote and an escape");
  }
  if (dialect.kind == Dialect::Kind::kUnload && dialect.quote != Dialect::kNone &&
      dialect.quote == dialect.escape) {
    Refuse("format unload does not double quotes: that is format csv");
  }
  if (std::any_of(dialect.null.begin(), dialect.null.end(), IsLineEnd) ||
      dialect.null.find(dialect.delimiter) != std::string::npos ||
      (dialect.quote != Dialect::kNone && dialect.null.find(dialect.quote) != std::string::npos)) {
    Refuse("what stands for NULL cannot hold a line end, the delimiter or the quote");
  }
}

}  // namespace sluice
