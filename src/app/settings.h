// All that a command line, the environment and the config files can say, as typed values with their
// defaults. Who may say it, and how it is written, is the table in option.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/limits.h"
#include "engine/load_options.h"
#include "ledger/queue.h"
#include "ledger/throttle.h"
#include "table/policy.h"

namespace sluice {

enum class ProgressStyle { kAuto, kBar, kPlain, kJson, kNone };

struct Settings {
  std::string into;  // database URL; empty: the private PostgreSQL
  int threads = 4;

  // What is loaded, and how.
  std::vector<std::string> prefixes, include, exclude, types;
  uint64_t limit = 0;  // 0: all
  Order order = Order::kOptimal;
  ChangedPolicy changed = ChangedPolicy::kError;
  WritePolicy policy;
  int attempts = limits::kAttemptsDefault;
  std::string lane;
  std::string then = "leave";
  AsideOptions aside;
  Rate rate;
  std::string then_dead = "leave";
  std::string notify;          // URL
  std::string notify_channel;  // of the database
  bool watch = false;
  std::optional<int64_t> after;  // seconds since 1970
  bool legacy_rewrite = false;   // traffic
  double max_pressure = 0;       // percent; 0: none
  bool background = false;
  bool dry_run = false;
  std::chrono::milliseconds lease = limits::kLeaseDefault;
  std::chrono::milliseconds database_silence = limits::kServerSilenceDefault;

  // What `load table` loads, and how its files are written.
  std::string table;  // also of forget and indexes
  std::string format, delimiter, null, quote, escape, encoding = "UTF8", extra_keys = "reject";
  bool null_said = false;
  bool header = false;
  std::string columns, key;
  bool create = false;
  Renewal renewal = Renewal::kKeep;
  bool atomic = false;
  bool via_server = false;

  // What `extract` and `transfer` read, and what they write.
  std::string from;  // database URL
  std::string to, query, compress, iam_role;
  std::string existing = "refuse";
  uint64_t part_mib = 0;  // 0: the default
  std::vector<std::string> tables;
  std::string date;  // YYYY-MM-DD; empty: today

  // On whose behalf `load terminology` applies a script, and how.
  std::string as = "admin", queue, result = "summary";
  bool test_mode = false;
  bool update_if_exists = true;

  // What `load images` tells whom.
  std::string gateway, gateway_key, check_user;
  bool gateway_idempotent = false;
  std::string uncertain = "hold";
  std::chrono::milliseconds gateway_timeout{35000};
  std::string user;  // images history

  // The source's store.
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds read_timeout{30000};
  std::string s3_endpoint, region, profile, ca_bundle;
  bool s3_path_style = false;

  // What is said meanwhile and in the end.
  ProgressStyle progress = ProgressStyle::kAuto;
  bool json = false;
  bool quiet = false;
  int verbose = 0;

  // The server.
  std::string listen = "127.0.0.1:8060";
  bool no_auth = false;
  bool behind_proxy = false;
  std::string tls_certificate, tls_key;
  std::vector<std::string> hosts;    // names that requests may address it by
  std::vector<std::string> allowed;  // endpoints that requests may name
  std::chrono::milliseconds grace{30000};
  uint64_t spool_bytes_max = limits::kSpoolBytesDefault;  // of posted bodies that wait
  std::vector<std::string> sns_topics;                    // whose messages are taken

  // Users and tokens.
  std::string role, note;
  uint64_t expires_days = 0;  // 0: never

  // Of single commands.
  std::string state;   // objects
  std::string object;  // rejects
  bool until_idle = false;
  bool immediate = false;
};

// What one place (the flags, the environment, one file) says: option name -> values as written, and
// where they stand, for messages ("--threads", "SLUICE_THREADS", "sluice.yaml:3").
struct Said {
  std::vector<std::string> values;
  std::string where;
};
using Layer = std::map<std::string, Said, std::less<>>;

// What the environment says. `get` is getenv, or a test's.
Layer ReadEnvironment(const char* (*get)(const char*));

// Applied from the weakest layer to the strongest. Errors (kRun): "setting-invalid" with the place
// and what is expected, also for a value that a stronger layer would override.
void ApplyLayer(const Layer& layer, Settings& settings);

}  // namespace sluice
