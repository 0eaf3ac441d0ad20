// Events that tell of new objects, turned into jobs of the watches that own them. An event is only
// a hint: the object is looked at before it is enqueued, so events may come twice, late, in any
// order or not at all (the watch's own listing finds what they miss).
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "engine/database.h"
#include "engine/restorer.h"
#include "engine/s3_event.h"
#include "pg/pool.h"

namespace sluice {

struct EventReport {
  uint64_t enqueued = 0;  // objects that wait now and did not before
  uint64_t known = 0;     // that waited already, or are loaded
  uint64_t gone = 0;      // that are not there (any more)
  uint64_t unwanted = 0;  // that no running watch wants
};

class EventIntake {
 public:
  // All of it outlives the intake.
  EventIntake(const Database& database, pg::Pool& ledger, SystemMaker make_system, const Stop& stop)
      : database_(database), ledger_(ledger), make_system_(std::move(make_system)), stop_(stop) {}

  // Reads the buckets with this process's own credentials; a watch whose request brought keys is
  // left to its listing. Thread-safe. Errors: the store's and the database's: the sender is to try
  // again.
  EventReport Take(std::span<const S3Event> created);

 private:
  const Database& database_;
  pg::Pool& ledger_;
  const SystemMaker make_system_;
  const Stop& stop_;
};

}  // namespace sluice
