// The short way for records in which no byte needs a closer look, and most are such: they are
// decoded sixteen bytes at a time, without a state table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/dialect.h"
#include "system/table/copy_form.h"

namespace sluice {

class PlainDecoder {
 public:
  // REQUIRES: the form is COPY's text
  PlainDecoder(Dialect dialect, CopyForm form, size_t columns);

  // Appends the record's row, with its LF, as DelimitedParser and AppendCopyText would make it.
  // False, and nothing is appended: the record has an escape, a line end, a delimiter inside
  // quotes, or is bad. REQUIRES: 16 bytes behind the record are readable
  bool Append(std::string_view record, std::string& out);

 private:
  struct Field {
    std::string_view value;
    bool quoted = false;
    bool null = false;
    size_t end = 0;  // of its delimiter, or the record's
  };

  // Finds the quotes and delimiters. False if other bytes of the record have a meaning.
  bool Mark(std::string_view record);
  // Where the next mark is; the record's end if there is none.
  size_t NextMark(std::string_view record) const {
    return next_ < marks_.size() ? marks_[next_] : record.size();
  }
  // The field that begins at `at`; false as Append.
  bool Take(std::string_view record, size_t at, Field& field);
  char* Write(std::string_view record, char* out);  // null: false as Append

  const Dialect dialect_;
  const CopyForm form_;
  const size_t columns_;
  const char quote_;   // where the dialect has none: a byte that has a meaning anyway
  const char escape_;  // likewise
  std::vector<uint32_t> marks_;
  size_t next_ = 0;  // of marks_
};

}  // namespace sluice
