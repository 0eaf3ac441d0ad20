// Long replies about one import: its rejects as a download, its progress as server-sent events.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/server/status_board.h"
#include "http/route.h"
#include "pg/pool.h"

namespace sluice {

// NDJSON, as `sluice rejects --format ndjson` prints it.
std::unique_ptr<http::ReplyStream> StreamRejects(pg::Pool& ledger, ImportId import,
                                                 std::optional<std::string> bucket,
                                                 std::optional<std::string> key);
// An event "status" with each change, at most two in a second; "end" when the import is final.
std::unique_ptr<http::ReplyStream> StreamStatus(StatusBoard& board, ImportId import);

}  // namespace sluice
