#include "pg/postgres_programs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "base/error.h"

namespace fs = std::filesystem;

namespace sluice::pg {
namespace {

bool HoldsServer(const fs::path& bin) { return access((bin / "initdb").c_str(), X_OK) == 0; }

// 15 for a directory named "15"; 0 for other names.
int MajorOf(const std::string& name) {
  int major = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), major);
  return error == std::errc() && end == name.data() + name.size() ? major : 0;
}

}  // namespace

PostgresPrograms FindPostgres(std::optional<int> wanted_major, const fs::path& versions,
                              std::string_view path) {
  PostgresPrograms best{{}, 0};
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::directory_iterator(versions, unreadable)) {
    int major = MajorOf(entry.path().filename());
    bool wanted = wanted_major ? major == *wanted_major : major > best.major;
    if (wanted && HoldsServer(entry.path() / "bin")) best = {entry.path() / "bin", major};
  }
  if (!best.bin.empty()) return best;
  while (!wanted_major && !path.empty()) {
    std::string_view directory = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), directory.size() + 1));
    // A relative entry would make the server depend on where sluice was called.
    if (directory.starts_with('/') && HoldsServer(directory)) return {directory, 0};
  }
  std::string package = fmt::format("postgresql-{}", wanted_major.value_or(15));
  throw Fault("postgres-missing",
              fmt::format("the PostgreSQL server programs are missing ({})", package))
      .With(Scope::kRun)
      .Remedy(fmt::format("Run: apt-get install {}; or name a database with --into.", package));
}

}  // namespace sluice::pg
