// The interface between rows and tables: what one object's rows go through, in the object's own
// transaction. The line does not know whether they are appended, merged, or what a system makes of
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/record_block.h"
#include "row/reject.h"
#include "row/row_batch.h"

namespace sluice {

// Of records, not of rows: one record may become several rows, or none.
struct WriteCounts {
  uint64_t loaded = 0;
  uint64_t skipped = 0;  // passed over by a policy
  std::string note{};    // what is worth telling of the object, for people; empty: nothing
};

class Writer {
 public:
  virtual ~Writer() = default;

  // Takes what the block became. `block` is what the rows were made of, valid during the call. A
  // writer that isolates bad records appends them to `rejects`.
  // Errors: the server's; of scope kRecord when a record is at fault, see BlamedRow.
  virtual void Write(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) = 0;

  // Ends what is in flight, so that other statements of the transaction can run; a later Write
  // begins anew. Errors: as Write.
  virtual void Pause() = 0;

  // Every row is in. Records for which the whole object has to fail are appended to `fatal`; then
  // nothing counts, and the transaction is to be rolled back. Errors: as Write.
  virtual WriteCounts Finish(std::vector<Reject>& fatal) = 0;

  // After Finish: the bad records that it isolated, with their bytes; they count as not loaded.
  virtual std::vector<Reject> TakeIsolated() { return {}; }

  // Ends what is in flight without its rows, so that the transaction can be rolled back.
  virtual void Abort() noexcept = 0;

  // After an Error: the place of the record that the server refused, if it is known.
  virtual std::optional<Position> BlamedRow() const = 0;
};

}  // namespace sluice
