#include "engine/generation.h"

#include <fmt/format.h>

#include "base/crash_point.h"
#include "base/error.h"
#include "engine/limits.h"
#include "engine/lister.h"
#include "engine/store_set.h"
#include "ledger/generation_ledger.h"
#include "ledger/import_ledger.h"
#include "ledger/inspect.h"
#include "ledger/queue.h"
#include "table/lock_patience.h"
#include "table/swap_table.h"

namespace sluice {
namespace {

// Whether what is listed now is exactly what the ledger holds as loaded into the target.
bool NothingChanged(const RunRequest& request, pg::Connection& connection, ImportId import,
                    const std::string& target, const Stop& stop) {
  StoreSet stores(request.options, request.urls, stop, request.access);
  uint64_t listed = 0;
  bool all_loaded = true;
  ListObjects(stores, request.options, request.system, stop, [&](std::vector<Listed>&& page) {
    std::vector<NewJob> jobs;
    for (Listed& object : page) {
      if (object.where.label.empty()) continue;
      jobs.push_back({object.where.target, object.where.label, std::move(object.object), ""});
    }
    listed += jobs.size();
    for (Foreseen foreseen : Foresee(connection, import, jobs)) {
      all_loaded = all_loaded && foreseen == Foreseen::kAlreadyLoaded;
    }
  });
  return all_loaded && listed == CountCurrentReceipts(connection, target);
}

// `name`: quoted and qualified.
uint32_t Relation(pg::Connection& connection, const std::string& name) {
  pg::Result found = connection.Exec("SELECT to_regclass($1)::oid::int8", {name});
  if (!found.is_null(0, 0)) return static_cast<uint32_t>(found.int8(0, 0));
  throw Fault("no-such-table", "there is no table " + name + " any more").With(Scope::kRun);
}

class Beginning {
 public:
  Beginning(RunRequest& request, pg::Connection& connection, const Stop& stop)
      : request_(request),
        connection_(connection),
        stop_(stop),
        where_(request.system.real_table()) {}

  void Run() {
    import_ = OpenImportOf(request_, connection_);
    bool unchanged = LastGenerationIsDone(connection_, where_.target, import_) &&
                     NothingChanged(request_, connection_, import_, where_.target, stop_);
    TargetTable table = request_.system.Prepare(connection_, where_.label);
    LockPatience patience;
    WithPatience(connection_, patience, Deadline::After(patience.total), stop_, "", [&] {
      LockTarget(connection_, where_.target);
      if (GoesOn() || unchanged) return;
      Start(table);
    });
    CrashPoint("generation-begun");
  }

 private:
  // Whether the import's own generation is still open. Another import's, abandoned, is ended.
  bool GoesOn() {
    std::optional<Generation> open = OpenGeneration(connection_, where_.target);
    if (!open) return false;
    if (open->import == import_) {
      UseShadow(open->id, open->shadow);
      return true;
    }
    if (open->worked_on) {
      throw Fault("generation-open",
                  fmt::format("import {} replaces the same table just now", open->import.value))
          .With(Scope::kRun)
          .Remedy("wait until it is over, or cancel it");
    }
    if (!open->shadow.empty()) connection_.Exec("DROP TABLE IF EXISTS " + open->shadow);
    EndGeneration(connection_, open->id, false);
    return false;
  }

  void Start(const TargetTable& table) {
    int64_t id = MakeGeneration(connection_, where_.target, import_);
    RetryImport(connection_, import_);
    if (request_.options.atomic) {
      CheckSwappable(connection_, table.relation);
      std::string shadow = ShadowName(table.relation, id);
      MakeShadow(connection_, shadow, table.name);
      SetShadow(connection_, id, shadow);
      UseShadow(id, shadow);
      return;
    }
    SupersedeTarget(connection_, where_.target);
    connection_.Exec(
        (request_.options.renewal == Renewal::kTruncate ? "TRUNCATE TABLE " : "DELETE FROM ") +
        table.name);
  }

  // Beside the table; its own name is cut so that PostgreSQL need not.
  std::string ShadowName(uint32_t relation, int64_t id) {
    pg::Result names = connection_.Exec(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.oid = $1",
        {std::to_string(relation)});
    std::string name = fmt::format("sluice_{}_{}", id, names.text(0, 1).substr(0, 32));
    return connection_.QuoteIdentifier(names.text(0, 0)) + "." + connection_.QuoteIdentifier(name);
  }

  void UseShadow(int64_t id, const std::string& shadow) {
    request_.options.generation = shadow.empty() ? 0 : id;
    request_.options.shadow = shadow;
  }

  RunRequest& request_;
  pg::Connection& connection_;
  const Stop& stop_;
  const RealTable where_;
  ImportId import_;
};

}  // namespace

void BeginGeneration(RunRequest& request, const Database& database, const Stop& stop) {
  request.access.ledger = &database;
  pg::Connection connection = database.ConnectPatiently(Database::Use::kControl);
  Beginning(request, connection, stop).Run();
}

void FinishGeneration(const RunRequest& request, ImportId import, const Database& database,
                      const Stop& stop) {
  pg::Connection connection = database.ConnectPatiently(Database::Use::kControl);
  if (!ImportIsWhole(connection, import)) return;
  const RealTable where = request.system.real_table();
  LockPatience patience;
  WithPatience(connection, patience, Deadline::After(patience.total), stop, "", [&] {
    LockTarget(connection, where.target);
    std::optional<Generation> open = OpenGeneration(connection, where.target);
    if (!open || open->import != import) return;
    if (!open->shadow.empty()) {
      uint32_t shadow = Relation(connection, open->shadow);
      SwapTable(connection, Relation(connection, where.name), shadow);
      CrashPoint("table-swapped");
      Promote(connection, where.target, open->id, shadow);
    }
    EndGeneration(connection, open->id, true);
    CrashPoint("generation-before-commit");
  });
}

}  // namespace sluice
