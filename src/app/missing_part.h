// Indexes and keys that are not there, or that do not hold, as people see them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/bring_back.h"
#include "ledger/set_aside_ledger.h"

namespace sluice {

struct MissingPart {
  SetAsideRow row;
  std::vector<NamedDuplicate> duplicates;
  std::vector<std::string> violations{};
};

// What the ledger says, with the rows that a restore of this process named.
std::vector<MissingPart> MissingParts(std::span<const SetAsideRow> rows,
                                      std::span<const PartFlaw> flaws);

// What is aside and what could not come back; with `all` also what stands again.
std::vector<SetAsideRow> AsideAndFlawed(pg::Connection& ledger, bool all);

// "schema.table".
std::string TableOf(const pg::TablePart& part);
// A line or more of each, with what to do about it; empty where nothing is missing.
std::string MissingPartsText(std::span<const MissingPart> missing);

}  // namespace sluice
