// Every bound of the spool: its unit, its default and what it costs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/unit.h"

namespace sluice::limits {

// Bodies that wait in the ledger, all together, and one of them; each costs its size there.
inline constexpr uint64_t kSpoolBytesDefault = 256 * kGiB;
inline constexpr uint64_t kSpoolObjectBytesMax = 64 * kGiB;
// A body's name, as S3 has it for keys.
inline constexpr size_t kSpoolNameBytesMax = 1024;
// Without a byte for so long, a body that is not whole was broken off.
inline constexpr std::chrono::seconds kSpoolBroken{600};
// A body that no import took, or whose import gave it up, is kept for so long.
inline constexpr std::chrono::seconds kSpoolAbandoned{24 * 3600};
// Pieces of 1 MiB that one sweep removes: about a second of the database's time.
inline constexpr int kSpoolSweepPieces = 256;
// Sessions of a process that reads bodies: each is taken for one piece at a time.
inline constexpr int kSpoolSessionsMax = 4;
inline constexpr std::chrono::milliseconds kSpoolSessionWait{60000};

}  // namespace sluice::limits
