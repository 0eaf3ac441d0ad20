// The spool's rows: bodies that were posted and wait for their import, as pieces in the ledger.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "object/object_store.h"
#include "pg/connection.h"

namespace sluice {

// All pieces of an object but its last are of this size, so that an offset tells the piece.
inline constexpr size_t kSpoolPieceBytes = 1 << 20;

struct SpoolRow {
  int64_t id = 0;
  ObjectStat stat;  // its etag is the SHA-256 of its bytes
};

// `upload` is a UUID wherever it stands. Returns the object's id; nobody finds it until it is
// finished. `user` 0: nobody had to prove who they are.
int64_t BeginSpoolObject(pg::Connection& connection, const std::string& upload,
                         const std::string& name, int64_t user);
// Errors (kNever): "upload-lost" when the object is not there any more, or this piece is not its
// next.
void AppendSpoolPiece(pg::Connection& connection, int64_t id, int number, std::string_view bytes);
// From now on it is found, in place of one of the same name; flushed to the disk. Errors:
// "upload-lost".
ObjectStat FinishSpoolObject(pg::Connection& connection, int64_t id, const ObjectRef& ref,
                             int pieces);
void DropSpoolObject(pg::Connection& connection, int64_t id);
// Returns how many objects it had; 0 also while an import needs them.
uint64_t DropSpoolUpload(pg::Connection& connection, const std::string& upload);

std::optional<SpoolRow> FindSpoolObject(pg::Connection& connection, const std::string& upload,
                                        const std::string& name);
// In bytewise order of their names.
std::vector<SpoolRow> ListSpoolObjects(pg::Connection& connection, const std::string& upload,
                                       const std::string& prefix, const std::string& after,
                                       size_t limit);
std::vector<SpoolRow> AllSpoolObjects(pg::Connection& connection, int64_t after, int limit);
// Whether anything of the upload is here, or was here and had its turn.
bool IsSpoolUploadKnown(pg::Connection& connection, const std::string& upload);
// Nothing if the object, or the piece, is not there (any more).
std::optional<std::string> ReadSpoolPiece(pg::Connection& connection, int64_t id, uint64_t number);
// Of all objects, also of those that are coming or going.
uint64_t MeasureSpool(pg::Connection& connection);

struct SpoolSweep {
  std::chrono::seconds broken_after;     // without a new piece, of what is not whole
  std::chrono::seconds abandoned_after;  // of what no import took, or what one gave up on
  int pieces_max;                        // that one call removes
};
// Removes what is over; what is left goes with later calls. Safe from several processes at once.
void SweepSpool(pg::Connection& connection, const SpoolSweep& sweep);

}  // namespace sluice
