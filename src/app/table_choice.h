// TABLE as users of `indexes` write it: a table, every table of a schema ("SCHEMA.*"), or none
// said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace sluice {

class TableChoice {
 public:
  // Names without a schema are of public; empty: every table.
  explicit TableChoice(std::string text) : text_(std::move(text)) {}

  bool is_all() const { return text_.empty(); }
  // "schema.table" or "schema.*". REQUIRES: not is_all.
  std::string Qualified() const;
  // For a shell.
  std::string Quoted() const { return IsSchema() ? "'" + Qualified() + "'" : Qualified(); }
  // Whether the table "schema.table" is meant.
  bool Includes(const std::string& table) const;
  // `with_foreign_keys`: of several, only those that have some. Errors (kRun): "no-such-table".
  std::vector<uint32_t> Relations(pg::Connection& connection, bool with_foreign_keys) const;
  // Those that a person put aside.
  std::vector<uint32_t> HeldByHand(pg::Connection& connection) const;

 private:
  bool IsSchema() const { return text_.ends_with(".*"); }
  std::string Schema() const { return text_.substr(0, text_.size() - 2); }

  const std::string text_;
};

}  // namespace sluice
