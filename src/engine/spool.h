// The spool: request bodies on their way into an import. They go into the ledger piece by piece,
// never whole into memory, so that a worker on any host can read them as spool://UPLOAD/NAME
// (spool_store.h), and they are gone when their import is over.
//
// A system's door takes a body so (routes(), engine/system.h):
//
//   route.upload = [&spool = services.spool, &imports = services.imports](const RouteContext& c) {
//     return ReceiveIntoSpool(spool, {.name = "script.json", .user = c.caller.user},
//                             [&imports](const ObjectStat& body) {
//       StartRequest request;                              // the door's own options
//       request.options.sources = {ToString(body.ref)};    // "spool://UPLOAD/script.json"
//       imports.Start(request, ImportStarter::Listing::kInBackground);
//       return http::Reply{.status = 202, ...};
//     });
//   };
//
// One that must look into the body first (multipart) is an http::Upload of its own that gives what
// it finds to a SpoolWriter. A body that is at hand whole is written by one Write.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/sha256_stream.h"
#include "http/route.h"
#include "object/object_store.h"
#include "pg/pool.h"

namespace sluice {

// One object on its way in. What is not finished is removed when the writer dies. Errors of both
// calls: the database's; "upload-lost" when it was removed meanwhile; "spool-full".
class SpoolWriter {
 public:
  // REQUIRES: Spool::Begin makes it.
  SpoolWriter(pg::Pool& ledger, ObjectRef ref, int64_t id, uint64_t bytes_max);
  ~SpoolWriter();
  SpoolWriter(const SpoolWriter&) = delete;
  SpoolWriter& operator=(const SpoolWriter&) = delete;

  void Write(std::string_view bytes);
  // All is on the database's disk when this returns, and found by what it returns.
  ObjectStat Finish();

 private:
  void Store(std::string_view piece);

  pg::Pool& ledger_;
  ObjectRef ref_;
  const int64_t id_;
  const uint64_t bytes_max_;
  Sha256Stream digest_;
  std::string rest_;  // less than a piece
  uint64_t bytes_ = 0;
  int pieces_ = 0;
  bool finished_ = false;
};

class Spool {
 public:
  struct Place {
    std::string upload = {};  // a UUID; empty: a new one
    std::string name;         // as a key of S3: UTF-8, at most 1,024 bytes
    int64_t user = 0;         // who posts it
    // What is known to come at least, to refuse at once what cannot fit.
    uint64_t bytes_expected = 0;
  };

  // `bytes_max`: of all that waits in the ledger. `ledger` must outlive it.
  Spool(pg::Pool& ledger, uint64_t bytes_max) : ledger_(ledger), bytes_max_(bytes_max) {}

  // Thread-safe. Errors: "upload-invalid" (kNever, kRun) for a name or an upload that cannot be;
  // "spool-full" (kLater).
  std::unique_ptr<SpoolWriter> Begin(const Place& place);

 private:
  pg::Pool& ledger_;
  const uint64_t bytes_max_;
};

// A route's `upload`: the body goes into the spool, and `then` makes the reply once all of it is
// safe. Errors: those of Begin, at once.
std::unique_ptr<http::Upload> ReceiveIntoSpool(
    Spool& spool, const Spool::Place& place,
    std::function<http::Reply(const ObjectStat& body)> then);

// Removes what is over, was broken off, or was abandoned; a server calls it now and then.
void SweepSpool(pg::Connection& ledger);

}  // namespace sluice
