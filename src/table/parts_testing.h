// What tests of parts stand on: a table, its parts put aside and restored, and all that the
// catalogs say of it as text, to compare.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "pg/world_testing.h"
#include "table/inspect_parts.h"
#include "table/restore_parts.h"

namespace sluice {

// Keeps in memory what a ledger would keep.
class MemoryKeeper : public PartKeeper {
 public:
  void Started(pg::Connection&, const pg::TablePart& part) override { Note("started", part); }
  void Standing(pg::Connection&, const pg::TablePart& part, const Error* flaw) override {
    Note(flaw ? "flawed" : "standing", part);
  }
  void Failed(pg::Connection&, const pg::TablePart& part, const Error&) override {
    Note("failed", part);
  }
  // "standing name", sorted.
  std::vector<std::string> notes() const;

 private:
  void Note(const std::string& what, const pg::TablePart& part);

  mutable std::mutex mutex_;
  std::vector<std::string> notes_;
};

class PartsTest : public pg::PgTest {
 protected:
  static constexpr pg::PartKinds kAll = {
      .indexes = true, .primary_key = true, .foreign_keys = true};

  void Run(const std::string& script);  // with this test's schema as search_path
  uint32_t Oid(const std::string& table);
  // Inspects and drops, as one transaction.
  std::vector<pg::TablePart> PutAside(const std::string& table, pg::PartKinds kinds = kAll);
  // In sessions of its own.
  std::vector<PartOutcome> Restore(const std::vector<pg::TablePart>& parts,
                                   RestoreOptions options = {});
  // Indexes, constraints, comments, CLUSTER, replica identity of all tables of the schema.
  std::string Catalog();
  std::function<pg::Connection()> Connector();

  MemoryKeeper keeper_;
};

}  // namespace sluice
