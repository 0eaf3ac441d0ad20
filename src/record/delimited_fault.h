// What can be wrong with a record of delimited text, in words for a reject.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice {

// The reject reason of each fault, as ToReason gives it:
//
//   column-count    more or fewer fields than the table has columns
//   text-nul        a zero byte, which PostgreSQL's text cannot hold
//   text-utf8       bytes that are not UTF-8
//   escape-unknown  an escape that the dialect does not have: most likely the data is not escaped,
//                   and COPY would change it silently
//   end-marker      a line of \. alone, at which COPY would end and drop the rest
//   null-ambiguous  the escaped form of what stands for NULL: text of these letters, or a NULL that
//                   was escaped once too often
//   bare-cr         a carriage return inside a field that neither quotes nor escapes it
//   quote-stray     a quote inside an unquoted field, or text behind a closing quote
//   quote-open      a quoted field that does not end
enum class DelimitedFault {
  kNone,
  kColumnCount,
  kNul,
  kUtf8,
  kEscape,
  kEndMarker,
  kNullAmbiguous,
  kBareCr,
  kStrayQuote,
  kOpenQuote,
};

std::string_view ToReason(DelimitedFault fault);
// One sentence that says where in the record, without its contents. REQUIRES: a fault, and none of
// the counts' (they need numbers)
std::string Message(DelimitedFault fault, size_t at);
// One sentence. REQUIRES: a fault
std::string_view Remedy(DelimitedFault fault);

}  // namespace sluice
