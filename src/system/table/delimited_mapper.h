// From records of delimited text to COPY's data, byte for byte where that is exact.
#pragma once

#include <cstddef>
#include <memory>

#include "record/dialect.h"
#include "row/mapper.h"
#include "system/table/copy_form.h"

namespace sluice {

struct DelimitedMapping {
  Dialect dialect;
  CopyForm form;
  size_t columns = 0;
  bool utf8 = true;  // the file is to be UTF-8; else the server converts and checks
};

// Every record becomes a row of the form or a reject; the reasons are delimited_fault.h's. One
// empty field behind the last column is taken for a trailing delimiter and left out.
std::unique_ptr<Mapper> NewDelimitedMapper(const DelimitedMapping& mapping);

}  // namespace sluice
