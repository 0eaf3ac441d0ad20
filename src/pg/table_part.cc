#include "pg/table_part.h"

#include <array>

#include "base/error.h"

namespace sluice::pg {
namespace {

constexpr std::array<std::string_view, 5> kWords = {"index", "primary_key", "unique", "exclusion",
                                                    "foreign_key"};

}  // namespace

std::string_view ToString(PartKind kind) { return kWords[static_cast<size_t>(kind)]; }

PartKind ParsePartKind(std::string_view word) {
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (word == kWords[i]) return static_cast<PartKind>(i);
  }
  throw Fault("ledger-corrupt", "'" + std::string(word) + "' names no part of a table")
      .With(Scope::kRun);
}

std::string NameOf(const TablePart& part) { return part.schema + "." + part.name; }

}  // namespace sluice::pg
