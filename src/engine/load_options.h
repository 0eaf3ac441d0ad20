// What an import was asked to do, as the ledger keeps it so that a worker anywhere can take part.
// No secrets: credentials are each process's own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/queue.h"
#include "ledger/settle.h"
#include "ledger/throttle.h"
#include "pg/table_part.h"
#include "table/policy.h"

namespace sluice {

// What a load puts out of its way (doc/decisions/0010).
struct AsideOptions {
  enum class Indexes {
    kOff,
    kAlways,
    kAuto,  // none of the kinds where it would not pay
  };
  Indexes indexes = Indexes::kOff;
  bool primary_key = false;
  bool foreign_keys = false;

  bool any() const { return indexes != Indexes::kOff || primary_key || foreign_keys; }
  pg::PartKinds kinds() const { return {indexes != Indexes::kOff, primary_key, foreign_keys}; }
  bool operator==(const AsideOptions&) const = default;
};
// "off", "always", "auto".
std::string_view ToString(AsideOptions::Indexes indexes);

// What becomes of the rows that the table holds when an import begins.
enum class Renewal { kKeep, kTruncate, kReplace };
std::string_view ToString(Renewal renewal);

struct LoadOptions {
  std::string system;
  std::vector<std::string> sources;   // as given; presigned URLs without their query
  std::vector<std::string> prefixes;  // counted from the bucket's root; empty: all
  std::vector<std::string> include;   // globs over keys; empty: all
  std::vector<std::string> exclude;
  std::vector<std::string> types;  // fhir: resource types instead of the known ones
  bool legacy_rewrite = false;     // traffic: write known content once more
  std::string system_options;      // the system's own, as JSON
  Renewal renewal = Renewal::kKeep;
  bool atomic = false;     // the new rows become visible all at once
  int64_t generation = 0;  // atomic: what is loaded now, and where it is filled aside
  std::string shadow;      // qualified and quoted
  uint64_t limit = 0;      // objects of this run; 0: all
  // Requests for the same sources are the same import, whatever part of them they select.
  bool by_source = false;
  int threads = 0;  // objects of this import in flight in one process; 0: as the process was told

  Order order = Order::kOptimal;
  ChangedPolicy changed = ChangedPolicy::kError;
  WritePolicy policy;
  int attempts = 0;
  std::string lane;
  AsideOptions aside;
  Rate rate;              // of the import, over all its processes
  Disposition then;       // of loaded objects
  Disposition then_dead;  // of objects that are given up on
  std::string notify;     // a URL that is told of every object
  std::string notify_channel;
  bool watch = false;  // new objects are looked for until the user stops it
  // Only objects that were put there later; seconds since 1970.
  std::optional<int64_t> after;
  double max_pressure = 0;  // percent of their speed that others may lose; 0: no limit
  std::chrono::milliseconds lease{0};

  // The S3 store.
  std::string s3_endpoint, region, profile, ca_bundle;
  bool s3_path_style = false;
  std::chrono::milliseconds connect_timeout{0};
  std::chrono::milliseconds read_timeout{0};

  // Asked for at a server's door: any server that comes upon it unlisted lists it (again).
  bool served = false;
  // The request brought keys or named an endpoint: only the process that received it may read the
  // source.
  bool given = false;
};

std::string ToJson(const LoadOptions& options);
// Errors: "ledger-corrupt" (kRun) for what this binary cannot read.
LoadOptions ParseLoadOptions(const std::string& json);

// What makes two requests the same import: the selection, not the manner.
std::string ImportScope(const LoadOptions& options);

}  // namespace sluice
