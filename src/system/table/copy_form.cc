#include "system/table/copy_form.h"

#include <fmt/format.h>

#include "row/copy_text.h"

namespace sluice {
namespace {

// A literal of standard SQL, whatever standard_conforming_strings says.
std::string Literal(std::string_view text) {
  std::string literal = "E'";
  for (char c : text) {
    if (c == '\\' || c == '\'') literal += c;
    literal += c;
  }
  return literal + "'";
}

CopyForm Decode(const Dialect& dialect, std::string why) {
  CopyForm form;
  form.way = Way::kDecode;
  form.why = std::move(why);
  form.delimiter = IsCopyTextDelimiter(dialect.delimiter) ? dialect.delimiter : '\t';
  return form;
}

}  // namespace

std::string CopyForm::Options() const {
  std::string options = fmt::format("FORMAT {}, DELIMITER {}, NULL {}", csv ? "csv" : "text",
                                    Literal(std::string_view(&delimiter, 1)), Literal(null));
  if (csv) {
    options += fmt::format(", QUOTE {}, ESCAPE {}", Literal(std::string_view(&quote, 1)),
                           Literal(std::string_view(&escape, 1)));
  }
  return options;
}

CopyForm ChooseForm(const Dialect& dialect, bool one_line) {
  CopyForm form;
  if (one_line) {
    form.way = Way::kDecode;
    form.why = "every row has to be a line of its own, to be merged or put aside";
    return form;
  }
  if (dialect.kind == Dialect::Kind::kCsv) {
    form.csv = true;
    form.delimiter = dialect.delimiter;
    form.null = dialect.null;
    form.quote = dialect.quote;
    form.escape = dialect.escape;
    form.why = "COPY csv reads this dialect exactly";
    return form;
  }
  if (dialect.quote != Dialect::kNone) {
    return Decode(dialect, "COPY does not undo the escapes that UNLOAD puts inside its quotes");
  }
  if (!IsCopyTextDelimiter(dialect.delimiter)) {
    return Decode(dialect, "COPY text does not take this delimiter");
  }
  form.delimiter = dialect.delimiter;
  form.null = dialect.null;
  form.why = "COPY text reads this dialect exactly";
  if (dialect.escape == Dialect::kNone) {
    // Records without a backslash mean the same to COPY; the others are escaped on the way.
    if (form.null.find('\\') != std::string::npos) form.null = std::string(kCopyTextNull);
    form.why =
        "COPY text reads this dialect exactly where there is no backslash, and lines with "
        "one are escaped on the way";
  }
  return form;
}

}  // namespace sluice
