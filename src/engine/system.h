// What a system chooses on the line: which objects, which reader, which mapper, which table.
// Everything else is the engine's, and every system has it. A system holds no control flow.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer_pool.h"
#include "bytes/byte_source.h"
#include "engine/database.h"
#include "engine/load_options.h"
#include "engine/object_list.h"
#include "engine/services.h"
#include "http/route.h"
#include "ledger/settle.h"
#include "object/object_ref.h"
#include "pg/connection.h"
#include "record/record_block.h"
#include "row/mapper.h"
#include "table/merge_plan.h"
#include "table/writer.h"

namespace sluice {

class Caller;
class StoreSet;
struct Source;

// Where an object belongs, by its name alone.
struct Classified {
  std::string label;    // the users' word for the target ("Patient"); empty: not this system's
  std::string target;   // system:schema.table, the ledger's name for it
  std::string why_not;  // why it is ignored: one sentence
};

// The one table of a system that has one, whatever is filled in its stead.
struct RealTable {
  std::string label;
  std::string target;  // system:schema.table
  std::string name;    // quoted and schema-qualified
};

// A table that is ready to be loaded.
struct TargetTable {
  uint32_t relation = 0;  // oid
  std::string name;       // quoted and schema-qualified, for SQL
  // Where the rows go into other tables: these, whose indexes may be put aside; the one with most
  // rows last.
  std::vector<uint32_t> row_relations{};
  std::string copy_sql;  // COPY ... FROM STDIN
  std::string
      txid_sequence;  // each load takes one number, carried by its rows; empty: rows carry none
  CopyFormat copy_format = CopyFormat::kBinary;
  // COPY ... (..., FREEZE), set only where this very call of Prepare has made the table, so that
  // nobody can be reading it.
  std::string freeze_copy_sql{};
  MergeTarget merge{};  // for --upsert; without a key the system has none
  // Made from `merge` where the import upserts.
  std::shared_ptr<const MergePlan> merge_plan{};
};

struct ReaderContext {
  BufferPool& blocks;
  BufferPool& large_records;
  const Stop& stop;
};

struct WriterContext {
  pg::Connection& connection;  // in the load's transaction
  const TargetTable& table;
  const Job& job;
  const Receipt& receipt;
  const LoadOptions& options;
  // For a session beside the load's; null where no load runs.
  const Database* database = nullptr;
};

// What commits together.
enum class CommitUnit {
  kObject,  // an object, whole
  // A block of its records, with the place behind them: what is in stays in, and a load that was
  // cut off goes on there. The writer's Finish then ends a batch, and its next Write begins
  // another; there is no receipt of the whole while it writes, and no bad record: what comes of
  // each is the system's to store.
  kBatch,
};

class System {
 public:
  virtual ~System() = default;
  virtual std::string_view name() const = 0;
  virtual Classified Classify(const ObjectRef& ref) const = 0;
  // Whether each version of an object is data of its own: another version is loaded as a new object
  // would be, and what earlier ones brought stays.
  virtual bool versions_add_up() const { return false; }
  virtual CommitUnit commit_unit() const { return CommitUnit::kObject; }
  // Who its notifications say they are from.
  virtual std::string_view notice_source() const { return "sluice"; }
  // Empty for a system with several tables.
  virtual RealTable real_table() const { return {}; }
  // From now on the options' shadow is filled instead of the table.
  virtual void FillAside(const LoadOptions&) {}
  // Whether a tag that follows a load is a mark by which the object is passed over from then on: it
  // replaces one whose name differs in case only, and no other version of the object may bear it.
  virtual bool marks_by_tag() const { return false; }
  // A source that is a list of objects made by somebody else; null: the store lists. It may change
  // between two calls (a watch's). Errors (kRun): the list's own.
  virtual std::unique_ptr<ObjectList> OpenList(StoreSet&, const Source&, const Stop&) const {
    return nullptr;
  }
  // Where objects are not loaded, but another system is told of each: how. Null: they are loaded.
  // Outlives the import's work in this process.
  virtual Caller* caller() const { return nullptr; }
  // Whether an object without bytes is passed over rather than loaded as one without records.
  virtual bool ignores_empty() const { return false; }
  // What `plan` says beside its list: how it would be done, and why so; sentences.
  virtual std::vector<std::string> Notes() const { return {}; }
  // Makes the table where absent, in a committed transaction of its own, safe when two processes do
  // it at once; checks an existing one. Errors (kNever, kRun): "table-columns" naming what is
  // missing or of another type.
  virtual TargetTable Prepare(pg::Connection& connection, const std::string& label) const = 0;
  virtual std::unique_ptr<RecordReader> OpenReader(ByteSource& bytes,
                                                   const ReaderContext& context) const = 0;
  virtual std::unique_ptr<Mapper> OpenMapper(const std::string& label,
                                             const Receipt& receipt) const = 0;
  // Where the rows go. The usual ways, append, quarantine and merge as the options say, are what a
  // system has that does not bring its own.
  virtual std::unique_ptr<Writer> OpenWriter(const WriterContext& context) const;
  // Whether the database reads the objects itself; then neither reader, mapper nor writer is
  // opened.
  virtual bool server_reads() const { return false; }
  // Has the server read the object into the table, in the load's transaction. REQUIRES:
  // server_reads().
  virtual WriteCounts ReadInServer(const WriterContext& context) const;
  // The doors of its own that `sluice serve` opens, beside those that all systems share.
  virtual std::vector<http::Route> routes(const Services&) const { return {}; }
};

// What to do with an object whose etag differs from the one loaded: as asked, but where versions
// add up there is nothing to refuse.
ChangedPolicy ChangedFor(const System& system, const LoadOptions& options);

}  // namespace sluice
