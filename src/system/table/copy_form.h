// How the bytes of a dialect go to COPY: passed through as whole lines where COPY reads them
// exactly, else decoded and written anew.
#pragma once

#include <string>

#include "record/dialect.h"

namespace sluice {

enum class Way { kPassThrough, kDecode };

struct CopyForm {
  Way way = Way::kPassThrough;
  std::string why;  // one sentence, for `plan`
  // What COPY is told.
  bool csv = false;
  char delimiter = '\t';
  std::string null = "\\N";
  char quote = '"';   // csv only
  char escape = '"';  // csv only

  // "FORMAT text, DELIMITER '|', NULL ''"
  std::string Options() const;
};

// `one_line`: rows must be lines of COPY text without raw line ends, for writers that look at them.
CopyForm ChooseForm(const Dialect& dialect, bool one_line);

}  // namespace sluice
