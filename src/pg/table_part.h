// What hangs on a table and can be put aside: an index, a key or a foreign key, as the server's
// catalogs define it. A value, so that the room which drops and builds parts (table) and the room
// that keeps them meanwhile (ledger) speak of the same thing without knowing each other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::pg {

enum class PartKind { kIndex, kPrimaryKey, kUnique, kExclusion, kForeignKey };

std::string_view ToString(PartKind kind);
// Errors: "ledger-corrupt" (kRun) for a word that names no kind.
PartKind ParsePartKind(std::string_view word);

struct TablePart {
  PartKind kind = PartKind::kIndex;
  uint32_t relation = 0;    // the table it hangs on
  uint32_t referenced = 0;  // of a foreign key: the other table
  // The table's, and the part's own name, as the catalogs have them: not quoted.
  std::string schema{};
  std::string table{};
  std::string name{};
  std::string index_definition{};       // pg_get_indexdef; empty for a foreign key
  std::string constraint_definition{};  // pg_get_constraintdef; empty for a plain index
  std::string tablespace{};             // empty: the database's
  std::string comment{};                // of the index
  std::string constraint_comment{};
  bool clustered = false;
  bool replica_identity = false;
  // What tells rows apart: the columns or expressions of a unique index as SQL, with commas; empty
  // where nothing has to be unique. The condition of a partial index; NULLS NOT DISTINCT.
  std::string keys{};
  std::string predicate{};
  bool nulls_equal = false;

  bool has_index() const { return kind != PartKind::kForeignKey; }
  bool has_constraint() const { return kind != PartKind::kIndex; }
  bool operator==(const TablePart&) const = default;
};

// Which parts a load wants out of its way.
struct PartKinds {
  bool indexes = false;  // all but the primary key, unique and exclusion constraints among them
  bool primary_key = false;
  bool foreign_keys = false;  // of the table, and those of others that need what is dropped

  bool Include(PartKind kind) const {
    if (kind == PartKind::kPrimaryKey) return primary_key;
    return kind == PartKind::kForeignKey ? foreign_keys : indexes;
  }
};

// "public.patient_pkey": for people, not quoted.
std::string NameOf(const TablePart& part);

}  // namespace sluice::pg
