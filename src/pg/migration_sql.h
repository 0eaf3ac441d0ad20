// The SQL of the migration runner.
#pragma once

namespace sluice::pg {

// The key of the advisory lock that one migrating process holds: "sluice" in ASCII.
inline constexpr const char* kLockMigrations =
    "SELECT pg_advisory_xact_lock(x'736c75696365'::bigint)";

inline constexpr const char* kMigrationTableExists =
    "SELECT to_regclass('sluice.migration') IS NOT NULL";

inline constexpr const char* kCreateMigrationTable = R"sql(
CREATE SCHEMA IF NOT EXISTS sluice;
CREATE TABLE IF NOT EXISTS sluice.migration (
  number     int         PRIMARY KEY CHECK (number > 0),
  name       text        NOT NULL,
  checksum   text        NOT NULL,  -- SHA-256 of the script, in hex
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
)sql";

inline constexpr const char* kSelectMigrations =
    "SELECT number, name, checksum, applied_at FROM sluice.migration ORDER BY number";

inline constexpr const char* kInsertMigration =
    "INSERT INTO sluice.migration (number, name, checksum) VALUES ($1, $2, $3)";

}  // namespace sluice::pg
