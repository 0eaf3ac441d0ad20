#include "table/parts_testing.h"

#include <algorithm>

#include "pg/transaction.h"
#include "table/put_aside.h"

namespace sluice {

std::vector<std::string> MemoryKeeper::notes() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> sorted = notes_;
  std::ranges::sort(sorted);
  return sorted;
}

void MemoryKeeper::Note(const std::string& what, const pg::TablePart& part) {
  std::lock_guard lock(mutex_);
  notes_.push_back(what + " " + part.name);
}

void PartsTest::Run(const std::string& script) {
  session().ExecScript("SET search_path = " + schema() + "; " + script);
  session().Exec("SET search_path = pg_catalog");
}

uint32_t PartsTest::Oid(const std::string& table) {
  return static_cast<uint32_t>(std::stoul(One("SELECT $1::regclass::oid", {In(table)})));
}

std::vector<pg::TablePart> PartsTest::PutAside(const std::string& table, pg::PartKinds kinds) {
  pg::Transaction tx(session());
  uint32_t relation = Oid(table);
  LockTableForDrop(session(), relation);
  std::vector<pg::TablePart> parts = InspectParts(session(), relation, kinds);
  DropParts(session(), parts);
  tx.Commit();
  return parts;
}

std::vector<PartOutcome> PartsTest::Restore(const std::vector<pg::TablePart>& parts,
                                            RestoreOptions options) {
  pg::Connection first = Connect();
  return RestoreParts(first, Connector(), parts, keeper_, options, stop_);
}

std::function<pg::Connection()> PartsTest::Connector() {
  return [this] { return Connect(); };
}

std::string PartsTest::Catalog() {
  return One(R"sql(
SELECT coalesce(string_agg(line, chr(10) ORDER BY line), '') FROM (
  SELECT concat_ws(' | ', pg_get_indexdef(i.oid), 'in ' || s.spcname, x.indisclustered::text,
    x.indisreplident::text, x.indisvalid::text, x.indimmediate::text,
    obj_description(i.oid, 'pg_class')) AS line
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
  WHERE i.relnamespace = $1::regnamespace
  UNION ALL
  SELECT concat_ws(' | ', c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid),
    c.condeferrable::text, c.condeferred::text, c.convalidated::text, c.conindid::regclass::text,
    obj_description(c.oid, 'pg_constraint'))
  FROM pg_constraint c WHERE c.connamespace = $1::regnamespace
  UNION ALL
  SELECT c.relname || ' ' || c.relreplident::text FROM pg_class c
  WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r') AS lines)sql",
             {schema()});
}

}  // namespace sluice
