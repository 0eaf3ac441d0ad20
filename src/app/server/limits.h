// Every bound of the HTTP server in one place: its unit, its default and what it costs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/unit.h"

namespace sluice::server_limits {

using std::chrono::milliseconds;

// Open connections; each silent one costs a file descriptor and about 5 KiB.
inline constexpr size_t kConnectionsMax = 4000;
// Threads that run handlers. Each may hold one session with the database.
inline constexpr int kHandlerThreads = 8;
inline constexpr int kSessionsMax = 8;
inline constexpr milliseconds kSessionWaitMax{10000};
// Imports that the process works at side by side; their objects in flight share --threads.
inline constexpr size_t kImportsAtOnce = 8;
// Calls that wait for a handler's thread; beyond this a call is refused with 503.
inline constexpr size_t kCallsWaitingMax = 2000;

// How long it is remembered whose a key is: what a revoked key may go on for.
inline constexpr std::chrono::seconds kCallerRemembered{5};
// How long a browser stays logged in.
inline constexpr std::chrono::seconds kSessionLife{12 * 3600};

// A request's line and headers, in bytes.
inline constexpr uint32_t kHeadBytesMax = 16 * kKiB;
// A whole head must be here after this, however slowly its bytes come; also how long a kept
// connection may stay idle.
inline constexpr milliseconds kHeadTime{30000};
inline constexpr milliseconds kHandshakeTime{10000};
// A body that is kept in memory must be here after this. Of an upload, each 1 MiB.
inline constexpr milliseconds kBodyTime{60000};
// All mended records of one call.
inline constexpr uint64_t kReplayBytesMax = 1 * kGiB;
// A client must take each piece of a reply within this time.
inline constexpr milliseconds kSendTime{60000};
// How long, and how much, is read from a client that was refused while it still sends, so that it
// gets to see the answer.
inline constexpr milliseconds kLingerTime{2000};
inline constexpr size_t kLingerBytes = 4 * kMiB;

}  // namespace sluice::server_limits
