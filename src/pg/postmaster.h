// Finds the server process of a data directory, and tells a stale postmaster.pid from a living one.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace sluice::pg {

// The process that postmaster.pid names, if it is a PostgreSQL server of this very data directory.
// Process numbers are used again, after a restart of a container most of all: an innocent process
// must neither keep the server from starting nor be sent the server's signals.
std::optional<pid_t> FindPostmaster(const std::filesystem::path& data);

// Whether postmaster.pid names a living process that is not our server, and no server of ours can
// be left from before: the file is older than the machine's start, or `uid` runs no PostgreSQL at
// all. Only then is it safe to remove the file, which otherwise guards the data against a second
// server.
bool PidFileIsStale(const std::filesystem::path& data, uid_t uid);

}  // namespace sluice::pg
