// Carries out the outbox: moves and tags objects whose loads are durable (house promise 7). Every
// deed is repeatable.
#pragma once

#include "base/stop.h"
#include "engine/load_options.h"
#include "engine/store_set.h"
#include "pg/connection.h"

namespace sluice {

// "leave", "move:s3://bucket/[prefix]" or "tag:NAME=VALUE". Errors (kRun): "then-invalid".
Disposition ParseDisposition(const std::string& text);

class Dispatcher {
 public:
  // All must outlive the dispatcher.
  Dispatcher(StoreSet& stores, ImportId import, WorkerId worker, int attempts_max, const Stop& stop)
      : stores_(stores),
        import_(import),
        worker_(worker),
        attempts_max_(attempts_max),
        stop_(stop) {}

  // Carries out what is due now on `connection` (a kControl session: its claim is the durability
  // barrier); returns how many.
  int RunDue(pg::Connection& connection);

 private:
  StoreSet& stores_;
  const ImportId import_;
  const WorkerId worker_;
  const int attempts_max_;
  const Stop& stop_;
};

}  // namespace sluice
