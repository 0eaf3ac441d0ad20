// A terminology store in a database of its own, and the verbs that its tests use.
#pragma once

#include <string>
#include <vector>

#include "pg/world_testing.h"
#include "system/terminology/importer.h"

namespace sluice::ocl {

class StoreTest : public pg::PgDatabaseTest {
 protected:
  void SetUp() override;

  // Applies a script as `user`, in batches of so many lines, each committed; stores the results.
  struct How {
    std::string user = "admin";
    size_t batch = 1000;
    bool update_if_exists = true;
    bool test_mode = false;
    std::string task = "00000000-0000-4000-8000-000000000001";
  };
  std::vector<LineResult> Import(const std::string& script, const How& how);
  std::vector<LineResult> Import(const std::string& script) { return Import(script, How()); }
  // "NEW 201", "SKIP skip", ... joined by commas.
  std::string Codes(const std::string& script, const How& how);
  std::string Codes(const std::string& script) { return Codes(script, How()); }

  // Everything that the store holds, as text, without ids and times.
  std::string Dump();
  // An empty store again.
  void Empty();
  // A user without rights of its own.
  void AddUser(const std::string& name);
};

// A line of a script: Line("Concept", "\"id\": \"C1\", ...").
std::string Line(const std::string& type, const std::string& members);

}  // namespace sluice::ocl
