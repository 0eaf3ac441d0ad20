#include "app/missing_part.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/text.h"

namespace sluice {
namespace {

std::string KindWords(pg::PartKind kind) {
  std::string words(ToString(kind));
  std::ranges::replace(words, '_', ' ');
  return kind == pg::PartKind::kUnique || kind == pg::PartKind::kExclusion ? words + " constraint"
                                                                           : words;
}

std::string DuplicatesText(const MissingPart& missing) {
  if (missing.duplicates.empty()) return "";
  std::string text = fmt::format("    rows that share {}:\n", Printable(missing.row.part.keys));
  for (const NamedDuplicate& duplicate : missing.duplicates) {
    text += fmt::format("      {}  ", Printable(duplicate.value));
    if (duplicate.object.empty()) {
      text += "not of an object that is loaded\n";
    } else if (duplicate.line == 0) {
      text += Printable(duplicate.object) + "\n";
    } else {
      text += fmt::format("{} line {}\n", Printable(duplicate.object), duplicate.line);
    }
  }
  return text;
}

std::string ViolationsText(const MissingPart& missing) {
  if (missing.violations.empty()) return "";
  std::string text = "    rows that break it, by what they refer to:\n";
  for (const std::string& value : missing.violations) {
    text += fmt::format("      {}\n", Printable(value));
  }
  return text;
}

std::string PartText(const MissingPart& missing) {
  const SetAsideRow& row = missing.row;
  bool aside = row.state == "aside";
  std::string table = Printable(TableOf(row.part));
  std::string text =
      fmt::format("  {} {} its {} {}", table, aside ? "is without" : "does not keep to",
                  KindWords(row.part.kind), Printable(row.part.name));
  if (!row.error_code.empty()) {
    text += fmt::format(": {} [{}]", Printable(row.error_message), Printable(row.error_code));
  }
  text += "\n" + DuplicatesText(missing) + ViolationsText(missing);
  bool shared = row.error_code == "23505";
  if (aside) {
    text += fmt::format("    to bring it back: sluice indexes restore --table {}{}\n", table,
                        shared ? " --on-duplicate keep-first" : "");
  } else {
    text += fmt::format("    correct the rows, then: ALTER TABLE {} VALIDATE CONSTRAINT {}\n",
                        table, Printable(row.part.name));
  }
  return text;
}

}  // namespace

std::vector<SetAsideRow> AsideAndFlawed(pg::Connection& ledger, bool all) {
  std::vector<SetAsideRow> rows = ListSetAside(ledger, all);
  for (const SetAsideRow& row : ListFlawed(ledger)) {
    if (std::ranges::find(rows, row.part, &SetAsideRow::part) == rows.end()) rows.push_back(row);
  }
  return rows;
}

std::string TableOf(const pg::TablePart& part) { return part.schema + "." + part.table; }

std::vector<MissingPart> MissingParts(std::span<const SetAsideRow> rows,
                                      std::span<const PartFlaw> flaws) {
  std::vector<MissingPart> missing;
  for (const SetAsideRow& row : rows) {
    missing.push_back({row, {}});
    auto flaw = std::ranges::find(flaws, row.part, &PartFlaw::part);
    if (flaw == flaws.end()) continue;
    missing.back().duplicates = flaw->duplicates;
    missing.back().violations = flaw->violations;
  }
  return missing;
}

std::string MissingPartsText(std::span<const MissingPart> missing) {
  if (missing.empty()) return "";
  std::string text = "indexes and keys that are missing:\n";
  for (const MissingPart& part : missing) text += PartText(part);
  return text;
}

}  // namespace sluice
