// What is put aside of which table, and which imports want it so (house promise 8). Rows are
// written in the transactions that drop and build, so that the ledger and the catalogs agree at all
// times.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "object/object_ref.h"
#include "pg/connection.h"
#include "pg/table_part.h"
#include "row/reject.h"

namespace sluice {

// ---- holds

// Holds that no import takes but a person (`sluice indexes aside`): they last until released.
inline constexpr ImportId kByHand{0};

// The import wants the table without parts of these kinds; taken again, the kinds add up. `target`:
// the import's objects for the table.
void TakeHoldRow(pg::Connection& connection, ImportId import, uint32_t relation,
                 pg::PartKinds kinds, const std::string& target);
// Tables that the import holds and needs no longer: its listing is complete, and each object of the
// table had its turn. `listed`: what is listed counts as all, though more may come (a watch).
std::vector<uint32_t> FinishedHolds(pg::Connection& connection, ImportId import,
                                    bool listed = false);
std::vector<uint32_t> TablesHeldBy(pg::Connection& connection, ImportId import);
// Ends the import's hold, if it has one. True if no live hold is left and something waits to be
// restored. REQUIRES: an open transaction under lock_timeout.
bool ReleaseHoldRow(pg::Connection& connection, ImportId import, uint32_t relation);
// Whether an unfinished import that somebody works on holds the table.
bool IsHeld(pg::Connection& connection, uint32_t relation);
// Ends the holds of imports that are over or abandoned.
void DropDeadHolds(pg::Connection& connection, uint32_t relation);

// ---- parts

// In the transaction that drops them.
void RecordAside(pg::Connection& connection, std::span<const pg::TablePart> parts);
// What can come back of the table now: its parts, and foreign keys that refer to it, unless a live
// hold is on either of their tables.
std::vector<pg::TablePart> RestorableParts(pg::Connection& connection, uint32_t relation);

void MarkRestoreStarted(pg::Connection& connection, const pg::TablePart& part);
// In the transaction by whose commit it stands. `flaw`: what is wrong with it all the same.
void MarkRestored(pg::Connection& connection, const pg::TablePart& part, const Error* flaw);
void MarkRestoreFailed(pg::Connection& connection, const pg::TablePart& part, const Error& error);

struct AsideTable {
  uint32_t relation = 0;
  std::string name;  // schema.table, not quoted
};
// Tables with parts aside that nobody holds any more, whoever left them: whoever comes next
// restores them. Forgets tables that were dropped.
std::vector<AsideTable> FindTablesToRestore(pg::Connection& connection);

// Keys and unique indexes of the table that are aside: without them, nothing can be merged into it.
std::vector<std::string> KeysAside(pg::Connection& connection, uint32_t relation);
// What an import is still to add to the table of `target`, an estimate of bytes as the table stores
// them; nothing until the import is listed.
std::optional<uint64_t> IncomingBytes(pg::Connection& connection, ImportId import,
                                      const std::string& target, int packed_ratio);
// Whether the import has objects for the table ("schema.table").
bool LoadsInto(pg::Connection& connection, ImportId import, const std::string& table);

// ---- views

// One part's record, as status and Aidbox's DisabledIndex show it (`aside` is its `disabled`,
// `standing` its `restored`). Timestamps as PostgreSQL prints them; empty: not yet.
struct SetAsideRow {
  pg::TablePart part;
  std::string state;
  std::string aside_at;
  std::string restore_start;
  std::string restore_end;
  std::optional<int64_t> restore_ms;
  std::string error_code;
  std::string error_message;
};
// All that is aside; with `history`, also what stands again.
std::vector<SetAsideRow> ListSetAside(pg::Connection& connection, bool history);
// Parts that could not come back or do not hold: exit 4, and red in status and metrics.
std::vector<SetAsideRow> ListFlawed(pg::Connection& connection);
// Those of the tables that the import loads into, and of others whose foreign keys lead there; and
// what else is aside there though nobody holds it any more.
std::vector<SetAsideRow> ListFlawedOf(pg::Connection& connection, ImportId import);

// ---- rows that have to go after all

// The txids of rows that belong to current receipts of the table: the ones that may be deleted as
// duplicates.
std::vector<int64_t> CurrentTxids(pg::Connection& connection, uint32_t relation);

// The object whose rows bear a txid.
struct TxidObject {
  int64_t txid = 0;
  ReceiptId receipt;
  JobId job;
  std::string target, label;
  ObjectRef object;     // of the version that is in
  std::string system;   // of the import that loaded it
  std::string options;  // likewise; engine/load_options.h reads it
};
std::vector<TxidObject> ObjectsOfTxids(pg::Connection& connection, uint32_t relation,
                                       const std::vector<int64_t>& txids);
// Rows of the object were deleted: they count as rejected now, and these are their rejects. In the
// transaction that deletes them.
void RejectLoaded(pg::Connection& connection, const TxidObject& object,
                  std::span<const Reject> rejects);

}  // namespace sluice
