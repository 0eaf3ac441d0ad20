// Finds PostgreSQL's server programs, which Debian keeps off the PATH.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace sluice::pg {

struct PostgresPrograms {
  std::filesystem::path bin;  // holds initdb, pg_ctl and postgres
  int major;                  // 15; 0 where it cannot be told from the place (found by PATH)
};

// In `versions`/<major>/bin, the newest or the wanted one; else, when any will do, along `path`.
// Errors (kNever, kRun): "postgres-missing" with the package to install.
PostgresPrograms FindPostgres(std::optional<int> wanted_major,
                              const std::filesystem::path& versions, std::string_view path);

}  // namespace sluice::pg
