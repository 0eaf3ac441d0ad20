#include "record/delimited_fault.h"

#include <fmt/format.h>

namespace sluice {

std::string_view ToReason(DelimitedFault fault) {
  switch (fault) {
    case DelimitedFault::kNone:
      return "none";
    case DelimitedFault::kColumnCount:
      return "column-count";
    case DelimitedFault::kNul:
      return "text-nul";
    case DelimitedFault::kUtf8:
      return "text-utf8";
    case DelimitedFault::kEscape:
      return "escape-unknown";
    case DelimitedFault::kEndMarker:
      return "end-marker";
    case DelimitedFault::kNullAmbiguous:
      return "null-ambiguous";
    case DelimitedFault::kBareCr:
      return "bare-cr";
    case DelimitedFault::kStrayQuote:
      return "quote-stray";
    case DelimitedFault::kOpenQuote:
      return "quote-open";
  }
  return "?";
}

std::string Message(DelimitedFault fault, size_t at) {
  auto said = [at](std::string_view what) {
    return fmt::format("{} at byte {} of the record", what, at);
  };
  switch (fault) {
    case DelimitedFault::kNul:
      return said("there is a zero byte, which PostgreSQL cannot store,");
    case DelimitedFault::kUtf8:
      return said("there are bytes that are not UTF-8");
    case DelimitedFault::kEscape:
      return said("there is an escape that the dialect does not have");
    case DelimitedFault::kEndMarker:
      return "the line is COPY's end marker";
    case DelimitedFault::kNullAmbiguous:
      return said("there is the escaped form of what stands for NULL");
    case DelimitedFault::kBareCr:
      return said("there is a carriage return that is neither quoted nor escaped");
    case DelimitedFault::kStrayQuote:
      return said("there is a quote where none can be");
    case DelimitedFault::kOpenQuote:
      return said("a quoted field begins that does not end");
    case DelimitedFault::kColumnCount:
    case DelimitedFault::kNone:
      break;
  }
  return "the record cannot be read";
}

std::string_view Remedy(DelimitedFault fault) {
  switch (fault) {
    case DelimitedFault::kColumnCount:
      return "check --delimiter, --quote and --escape, or name the columns with --columns";
    case DelimitedFault::kNul:
      return "remove the zero byte where the file is made";
    case DelimitedFault::kUtf8:
      return "name the file's encoding with --encoding";
    case DelimitedFault::kEscape:
      return "if the file has no escapes, load it with --format unload --escape none";
    case DelimitedFault::kEndMarker:
      return "remove the line; as data it must be escaped, or quoted in a field of its own line";
    case DelimitedFault::kNullAmbiguous:
      return "give --null as NULL stands in the file, escapes and all, or unload with another one";
    case DelimitedFault::kBareCr:
      return "if the file has no escapes, load it with --format unload --escape none";
    case DelimitedFault::kStrayQuote:
    case DelimitedFault::kOpenQuote:
      return "check --quote and --escape; quotes in a value must be doubled or escaped";
    case DelimitedFault::kNone:
      break;
  }
  return "";
}

}  // namespace sluice
