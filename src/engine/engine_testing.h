// A system as small as can be, and a world for whole runs: files in a directory, a database of its
// own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/database.h"
#include "engine/supervisor.h"
#include "engine/system.h"
#include "ledger/ledger_testing.h"

namespace sluice {

// Each line of NAME.lines is the id of a row of public.thing (id, txid); a line that starts with
// '!' is a bad record.
std::unique_ptr<System> NewLineSystem();

class RunTest : public LedgerTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Writes a file of the source directory; returns its path.
  std::string Write(const std::string& name, const std::string& content);
  // A load of the whole source directory with two threads.
  RunRequest Request();
  RunResult Run(const RunRequest& request);
  RunResult Run() { return Run(Request()); }
  // All ids of public.thing in order, joined by spaces.
  std::string Ids();
  const std::filesystem::path& directory() const { return directory_; }
  const Database& database() const { return *run_database_; }

  std::unique_ptr<System> system_;
  Stop run_stop_;

 private:
  std::filesystem::path directory_;
  std::unique_ptr<Database> run_database_;
};

}  // namespace sluice
