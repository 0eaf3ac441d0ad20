#include "pg/postgres_programs.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"

namespace fs = std::filesystem;

namespace sluice::pg {
namespace {

class PostgresProgramsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/programs.XXXXXX";
    place_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(place_); }

  fs::path Install(const fs::path& bin) {
    fs::create_directories(place_ / bin);
    std::ofstream(place_ / bin / "initdb") << "#!/bin/sh\n";
    fs::permissions(place_ / bin / "initdb", fs::perms::owner_all);
    return place_ / bin;
  }

  fs::path place_;
};

TEST_F(PostgresProgramsTest, TheNewestVersionIsTakenByNumber) {
  Install("9/bin");
  fs::path newest = Install("15/bin");
  fs::create_directories(place_ / "16/bin");  // client only
  Install("16.old/bin");
  PostgresPrograms found = FindPostgres(std::nullopt, place_, "");
  EXPECT_EQ(found.bin, newest);
  EXPECT_EQ(found.major, 15);
  EXPECT_EQ(FindPostgres(9, place_, "").major, 9);
}

TEST_F(PostgresProgramsTest, ThePathIsSearchedLast) {
  fs::path bin = Install("own/bin");
  std::string path = "relative::/nonexistent:" + bin.string();
  EXPECT_EQ(FindPostgres(std::nullopt, place_ / "none", path).bin, bin);
}

TEST_F(PostgresProgramsTest, EveryErrorPath) {
  Install("15/bin");
  for (auto [wanted, versions, package] :
       {std::tuple{std::optional<int>(14), place_, "postgresql-14"},
        std::tuple{std::optional<int>(), place_ / "none", "postgresql-15"}}) {
    try {
      FindPostgres(wanted, versions, "");
      ADD_FAILURE() << "found what is not there";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "postgres-missing");
      EXPECT_EQ(error.scope(), Scope::kRun);
      EXPECT_NE(error.remedy().find(package), std::string::npos) << error.remedy();
    }
  }
}

}  // namespace
}  // namespace sluice::pg
