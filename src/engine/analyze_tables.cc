#include "engine/analyze_tables.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/log.h"
#include "table/analyze.h"

namespace sluice {
namespace {

// By oid.
void AnalyzeTables(const Database& database, const std::vector<uint32_t>& tables, int sessions,
                   const Stop& stop) {
  std::atomic<size_t> next{0};
  auto analyze = [&]() noexcept {
    try {
      pg::Connection connection = database.Connect(Database::Use::kControl);
      for (size_t i; (i = next.fetch_add(1)) < tables.size() && !stop.requested();) {
        AnalyzeTable(connection, tables[i]);
      }
    } catch (const std::exception& error) {
      Log(LogLevel::kInfo, std::string("without fresh statistics: ") + error.what());
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < std::min<size_t>(sessions, tables.size()); ++i) {
    threads.emplace_back(analyze);
  }
  if (!tables.empty()) analyze();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

void AnalyzeLoaded(const Database& database, pg::Connection& connection, TargetTables& tables,
                   std::vector<LabelTally> loaded, std::set<uint32_t> analyzed, int sessions,
                   const Stop& stop) {
  std::ranges::sort(loaded, std::greater(), &LabelTally::records_loaded);
  std::vector<uint32_t> relations;
  try {
    for (const LabelTally& one : loaded) {
      if (one.records_loaded == 0) break;
      uint32_t relation = tables.Get(connection, one.label, one.target).relation;
      if (analyzed.insert(relation).second) relations.push_back(relation);
    }
  } catch (const Error& error) {
    Log(LogLevel::kInfo, error.message());
  }
  AnalyzeTables(database, relations, sessions, stop);
}

}  // namespace sluice
