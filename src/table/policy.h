// What a load does about rows that are there already, and about rows that share a key.
#pragma once

namespace sluice {

// A row with the key of an incoming one is in the table.
enum class ConflictPolicy {
  kOverride,  // the incoming one replaces it
  kNewer,     // only if its version is newer, strictly
  kIgnore,    // the one that is there stays
  kError,     // the object fails, with the place of each such record
};

// Several rows of one load, or of a key that comes back, have one key.
enum class KeepPolicy { kFail, kKeepFirst, kKeepLast };

}  // namespace sluice
