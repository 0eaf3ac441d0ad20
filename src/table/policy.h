// What a load does about rows that are there already, and about rows that share a key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

enum class RejectPolicy {
  kFail,        // one bad record fails its object
  kQuarantine,  // it becomes a reject, and the good ones load
};

// Bad records of one object that quarantine puts up with; more fail the object.
struct RejectsMax {
  uint64_t count = 1000;
  std::optional<double> percent{};  // of the object's records; then `count` does not matter
  bool operator==(const RejectsMax&) const = default;
};

// How rows meet the table.
struct WritePolicy {
  bool upsert = false;  // merge by key instead of appending
  bool history = true;  // upsert: keep what an update replaces, where the system has a place for it
  ConflictPolicy conflict = ConflictPolicy::kOverride;
  KeepPolicy on_duplicate = KeepPolicy::kFail;
  RejectPolicy on_reject = RejectPolicy::kFail;
  RejectsMax rejects_max{};
  bool operator==(const WritePolicy&) const = default;
};

// The words of command line and ledger.
std::string_view ToString(ConflictPolicy policy);
std::string_view ToString(KeepPolicy policy);
std::string_view ToString(RejectPolicy policy);
std::string ToString(const RejectsMax& max);  // "1000", "2.5%"
// Nothing if it is neither a number nor a percentage from 0 to 100.
std::optional<RejectsMax> ParseRejectsMax(std::string_view text);

}  // namespace sluice
