// POST /imports/IMPORT/replay: mended records, replayed while they come.
#pragma once

#include <functional>
#include <memory>

#include "base/id.h"
#include "http/route.h"
#include "pg/pool.h"

namespace sluice {

// `done` is called after each batch. Each batch takes a session of its own, so a slow client holds
// none. REQUIRES: there is such an import.
std::unique_ptr<http::Upload> ReplayUpload(pg::Pool& ledger, ImportId import,
                                           std::function<void()> done);

}  // namespace sluice
