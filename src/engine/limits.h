// Every bound of the engine in one place: its unit, its default and what it costs. Memory is
// arithmetic (house promise 9): for T threads the process holds at most
//     T * (kRangeBytes + kBlockBytes + 4 MiB of rows + decoder windows of about 1 MiB
//          + kAheadObjectsMax * kAheadObjectBytes
//          + 8 bytes for each row of the 16 MiB of rows that were sent last)
//   + kReadAheadBytes + kLargeRecordPoolBytes (and as much again for its row, one record at a time)
// and nothing that grows with the size or the number of objects.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/unit.h"

namespace sluice::limits {

using std::chrono::milliseconds;

// ---- bytes and records

// A block of records; the unit of reading, mapping and sending. Larger blocks win nothing
// measurable.
inline constexpr size_t kBlockBytes = 1 * kMiB;
// The longest record, in bytes of its line. PostgreSQL's own limit for a jsonb value is 255 MiB; a
// record of more than kBlockBytes needs the one large-record permit of the process.
inline constexpr size_t kRecordBytesMax = 32 * kMiB;
// The pool behind that permit: the longest record with its line end.
inline constexpr size_t kLargeRecordPoolBytes = kRecordBytesMax + kMiB;
// Unpacked size of one object. A terabyte is far above what one COPY should carry; it stops endless
// streams.
inline constexpr uint64_t kUnpackedBytesMax = uint64_t{1} << 40;
// Unpacked : packed. JSON of one repeated record reaches about 200; deflate's ceiling is 1,032.
inline constexpr uint64_t kExpansionRatioMax = 500;
// The ratio counts only beyond this many unpacked bytes, so that small, regular files pass.
inline constexpr uint64_t kExpansionFreeBytes = 64 * kMiB;

// ---- reading objects

// Larger objects are read ahead by parallel ranges; below, one connection is fast enough.
inline constexpr uint64_t kParallelAboveBytes = 64 * kMiB;
inline constexpr size_t kRangeBytes = 8 * kMiB;
inline constexpr int kRangesInFlightMax = 4;
// Range buffers of the process: one for each thread, so that none waits for another's, and these
// for reading ahead.
inline constexpr size_t kReadAheadBytes = 32 * kMiB;
// Reconnects of one transfer without a byte of progress in between.
inline constexpr int kTransferAttemptsMax = 6;
inline constexpr milliseconds kTransferBackoffFirst{100};
inline constexpr milliseconds kTransferBackoffCap{10000};

// ---- reading ahead

// Objects up to this size are claimed together and read ahead whole: of small ones, claiming and
// asking for them would otherwise take longer than loading them. Larger ones begin while they
// arrive.
inline constexpr size_t kAheadObjectBytes = 256 * kKiB;
// So many are claimed by one statement, held by one thread, and fetched by it at once beside the
// one that it loads. They are leased: a worker that vanishes leaves so many per thread to be
// rescued.
inline constexpr size_t kClaimTogether = 8;
inline constexpr size_t kAheadObjectsMax = 16;
inline constexpr size_t kAheadConnections = 2;

// ---- jobs

inline constexpr int kThreadsMax = 256;
inline constexpr int kAttemptsDefault = 5;
// Tries whose worker vanished, after which the object is dead: sooner than attempts, because such
// an object may be what kills workers.
inline constexpr int kCrashesMax = 4;
// A lease lasts this long after the last heartbeat; a vanished worker on another host is noticed no
// sooner.
inline constexpr milliseconds kLeaseDefault{60000};
inline constexpr milliseconds kJobBackoffFirst{1000};
inline constexpr milliseconds kJobBackoffCap{60000};
inline constexpr milliseconds kRescuePause{0};
// How long a rescuer waits for a session it ended.
inline constexpr milliseconds kBackendEndWait{5000};
// Objects per enqueue statement: one page of an S3 listing.
inline constexpr size_t kEnqueuePage = 1000;
// Objects up to this size commit without waiting for the disk (synchronous_commit = off): their
// rows, receipt and job are lost or kept together, and the end of the import, like every claim of
// the outbox, is flushed.
inline constexpr uint64_t kSmallObjectBytes = 1 * kMiB;

// ---- pace

// A rate is held evenly to this: what one load takes at once, what is reserved ahead for the loads
// of a process, and what they may owe inside a load before they pause there (between objects they
// pause for less). With the quarter of a second that the ledger allows after a pause, this is all
// by which a run can exceed its rate.
inline constexpr milliseconds kPaceSlice{50};
inline constexpr milliseconds kPaceAhead{100};
inline constexpr milliseconds kPaceOwedInside{100};
// How soon a pause heeds a stop request or a lost lease.
inline constexpr milliseconds kPaceHeed{50};
// How soon a rate is noticed that was set after one was lifted.
inline constexpr milliseconds kPaceLook{1000};
// Loads have at least this share of the time, so that they end some day; and at most this beside
// others, so that it is seen how those fare alone.
inline constexpr double kPressureShareMin = 0.02;
inline constexpr double kPressureShareBeside = 0.8;
// A cycle of loading and pausing. Shorter shares make it longer, because loading for less than this
// is more beginning than doing; so do loads that take longer than the time in which they may begin.
inline constexpr milliseconds kPressureCycle{1000};
inline constexpr milliseconds kPressureOpenMin{150};
// Loads that have begun go on for so long into a pause, to end rather than wait with a transaction
// open. An object of 32 MiB takes half a second by itself, two where four share two processors.
inline constexpr milliseconds kPressureRunOn{3000};
// The longest pause, after which loads have more than their share.
inline constexpr milliseconds kPressureShutMax{60000};
// After loads began to go on or to pause, until others' transactions show it.
inline constexpr milliseconds kPressureSettle{50};
// Between two looks at the server's sessions (about 0.3 ms each), and at the import's row.
inline constexpr milliseconds kPressureSample{20};
inline constexpr milliseconds kPressureLook{250};
// A standby may be this far behind.
inline constexpr milliseconds kPressureReplayLag{10000};

// ---- rejects

// Bad records reported of one object that fails; the rest is not looked at. (Of one that loads all
// the same, all are kept: they go to the ledger block by block.)
inline constexpr size_t kRejectsPerObjectMax = 1000;
// Their raw bytes together; beyond this the place and the reason are kept without the bytes.
inline constexpr size_t kRejectRawBytesPerObject = 8 * kMiB;

// Rows that an upsert in quarantine isolates where --rejects-max is a percentage: each costs about
// twenty small merges, so more of them fail the object.
inline constexpr uint64_t kIsolatedOfMergeMax = 10'000;

// ---- watch

// Between two listings of a watched source: new objects start within 5 s.
inline constexpr milliseconds kWatchPoll{2000};

// ---- database

// A wait for a lock becomes "later" after this.
inline constexpr milliseconds kLockTimeout{5000};
// The server may stay silent this long in one wait before the session counts as lost.
inline constexpr milliseconds kServerSilenceDefault{300000};
inline constexpr milliseconds kDatabaseConnectTimeout{10000};
// How long a running import waits for a database that went away.
inline constexpr milliseconds kDatabaseAwayMax{120000};
inline constexpr milliseconds kReconnectBackoffFirst{200};
inline constexpr milliseconds kReconnectBackoffCap{5000};

// ---- indexes put aside

// What a rebuild may use for sorting, in each of a table's sessions.
inline constexpr size_t kRestoreWorkMemBytes = 256 * kMiB;
// Indexes of one table that are built at once, and tables that are restored at once: together they
// bound the server's sessions and memory.
inline constexpr int kRestoreSessionsMax = 4;
inline constexpr int kRestoreTablesMax = 2;
// Tries of a table's restore that a passing fault ends; the next start goes on.
inline constexpr int kRestoreAttemptsMax = 5;
// How long one try to put a table's indexes aside waits for others that use the table.
inline constexpr milliseconds kAsidePatience{60000};
// Before an object whose table is being put aside or restored is looked at again.
inline constexpr milliseconds kTableBusyPause{1000};
// How often a load looks for tables that nobody holds any more.
inline constexpr milliseconds kRestoreLook{1000};
// JSON unpacks to about this many times its compressed size: an estimate for plans only.
inline constexpr int kPackedRatio = 8;
// Rows that share a key: so many are looked for when a key cannot come back, and so many of them
// are named with their lines, which takes reading their objects again.
inline constexpr size_t kDuplicateRowsMax = 1000;
inline constexpr size_t kDuplicateLinesMax = 20;

// ---- outbox

inline constexpr int kOutboxBatch = 50;
// Items under way at once: a move is six requests, one after the other.
inline constexpr size_t kOutboxThreads = 8;
inline constexpr milliseconds kOutboxPoll{50};
inline constexpr milliseconds kOutboxLease{120000};

// ---- calls to other systems

// Intents or outcomes of so many calls are written in one transaction, where they come at one time.
inline constexpr size_t kCallsTogether = 32;

// How long calls to a system that is down pause before one asks whether it is back; doubled each
// time it is not.
inline constexpr milliseconds kBreakerPauseFirst{500};
inline constexpr milliseconds kBreakerPauseCap{15000};
// The longest pause that a system may ask for (Retry-After): longer ones are a slip.
inline constexpr milliseconds kRetryAfterMax{300000};
// How soon such a pause heeds a stop request.
inline constexpr milliseconds kBreakerHeed{50};
// Reasons for which objects are ignored that are counted one by one.
inline constexpr size_t kIgnoredReasonsMax = 50;
// Tags that an object may bear (Amazon S3 User Guide, "Categorizing your storage using tags").
inline constexpr size_t kTagsMax = 10;

// ---- spool

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
inline constexpr milliseconds kSpoolSessionWait{60000};

}  // namespace sluice::limits
