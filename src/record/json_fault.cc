#include "record/json_fault.h"

#include <fmt/format.h>

namespace sluice {
namespace {

struct Words {
  std::string_view reason;
  std::string_view what;
  std::string_view remedy;
};

constexpr std::string_view kWriteProperly = "Write the file with a JSON library.";

Words WordsOf(JsonFault fault) {
  switch (fault) {
    case JsonFault::kNone:
      return {"none", "there is no fault", ""};
    case JsonFault::kSyntax:
      return {"json-syntax", "the record is not valid JSON", kWriteProperly};
    case JsonFault::kTrailing:
      return {"json-trailing", "something follows the JSON value", "Put one record on each line."};
    case JsonFault::kUtf8:
      return {"json-utf8", "the record is not valid UTF-8", "Convert the file to UTF-8."};
    case JsonFault::kControl:
      return {"json-control", "a string holds an unescaped control character",
              "Escape control characters inside strings, a tab as \\t for one."};
    case JsonFault::kNul:
      return {"json-nul", "a string holds the escape \\u0000, which PostgreSQL cannot store",
              "Remove the NUL characters from the data."};
    case JsonFault::kSurrogate:
      return {"json-surrogate", "a string holds half of a surrogate pair",
              "Repair the text that was cut inside a character."};
    case JsonFault::kDepth:
      return {"json-depth", "the nesting is too deep for PostgreSQL", "Flatten the record."};
    case JsonFault::kNumber:
      return {"json-number", "a number has more digits than PostgreSQL can store",
              "Correct the number, or write it as a string."};
    case JsonFault::kDuplicateKey:
      return {"json-duplicate-key", "an object has the same name twice",
              "Keep one of the two values; PostgreSQL would silently drop the other."};
  }
  return {"?", "?", "?"};
}

}  // namespace

std::string_view ToReason(JsonFault fault) { return WordsOf(fault).reason; }

std::string Message(JsonFault fault, size_t at) {
  return fmt::format("{} (at byte {} of the record)", WordsOf(fault).what, at);
}

std::string_view Remedy(JsonFault fault) { return WordsOf(fault).remedy; }

}  // namespace sluice
