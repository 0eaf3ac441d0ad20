// Generations in the ledger: which import replaces a table's contents, and how far it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/id.h"
#include "pg/connection.h"

namespace sluice {

struct Generation {
  int64_t id = 0;
  ImportId import;
  std::string shadow;      // qualified and quoted; empty: the table itself is filled
  bool worked_on = false;  // by a live worker
};

// The target of what is loaded aside for a generation: its receipts are not the table's yet.
std::string ShadowTarget(const std::string& target, int64_t generation);

// Until the transaction ends. REQUIRES of all below: an open transaction that holds this lock.
void LockTarget(pg::Connection& connection, const std::string& target);

std::optional<Generation> OpenGeneration(pg::Connection& connection, const std::string& target);
// Whether the import's is the last generation of the target, and done.
bool LastGenerationIsDone(pg::Connection& connection, const std::string& target, ImportId import);
uint64_t CountCurrentReceipts(pg::Connection& connection, const std::string& target);

int64_t MakeGeneration(pg::Connection& connection, const std::string& target, ImportId import);
void SetShadow(pg::Connection& connection, int64_t generation, const std::string& shadow);
void EndGeneration(pg::Connection& connection, int64_t generation, bool done);

// The target's receipts speak of rows that are gone.
void SupersedeTarget(pg::Connection& connection, const std::string& target);
// What was loaded aside is the target's from now on. `relation`: the oid under its name.
void Promote(pg::Connection& connection, const std::string& target, int64_t generation,
             uint32_t relation);

// Completed, with every object in.
bool ImportIsWhole(pg::Connection& connection, ImportId import);

}  // namespace sluice
