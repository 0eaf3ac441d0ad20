#include "app/exit_code.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

struct Case {
  Origin origin;
  const char* code;
  ExitCode exit;
};

constexpr Case kCases[] = {
    {Origin::kAws, "NoSuchBucket", ExitCode::kSource},
    {Origin::kAws, "AccessDenied", ExitCode::kSource},
    {Origin::kAws, "ConnectTimeout", ExitCode::kSource},
    {Origin::kAws, "TlsError", ExitCode::kSource},
    {Origin::kAws, "NoCredentials", ExitCode::kSource},
    {Origin::kPostgres, "08001", ExitCode::kTarget},
    {Origin::kPostgres, "28P01", ExitCode::kTarget},
    {Origin::kPostgres, "53100", ExitCode::kTarget},
    {Origin::kSluice, "server-silent", ExitCode::kTarget},
    {Origin::kSluice, "postgres-missing", ExitCode::kTarget},
    {Origin::kSluice, "cluster-start", ExitCode::kTarget},
    {Origin::kSluice, "cluster-unsafe", ExitCode::kTarget},
    {Origin::kSluice, "table-columns", ExitCode::kTarget},
    {Origin::kSluice, "table-replaced", ExitCode::kTarget},
    {Origin::kSluice, "migration-changed", ExitCode::kTarget},
    {Origin::kSluice, "migration-unknown", ExitCode::kTarget},
    {Origin::kSluice, "ledger-absent", ExitCode::kTarget},
    {Origin::kSluice, "set-aside-refused", ExitCode::kTarget},
    {Origin::kSluice, "source-elsewhere", ExitCode::kSource},
    {Origin::kSluice, "AccessDenied", ExitCode::kSource},
    {Origin::kSluice, "NoSuchKey", ExitCode::kSource},
    {Origin::kSluice, "", ExitCode::kOurFault},
    {Origin::kSluice, "source-invalid", ExitCode::kUsage},
    {Origin::kSluice, "type-invalid", ExitCode::kUsage},
    {Origin::kSluice, "then-invalid", ExitCode::kUsage},
    {Origin::kSluice, "notify-invalid", ExitCode::kUsage},
    {Origin::kSluice, "upsert-unknown", ExitCode::kUsage},
    {Origin::kSluice, "url-unreadable", ExitCode::kUsage},
    {Origin::kSluice, "usage", ExitCode::kUsage},
    {Origin::kSluice, "setting-invalid", ExitCode::kUsage},
    {Origin::kSluice, "config-invalid", ExitCode::kUsage},
    {Origin::kSluice, "config-unreadable", ExitCode::kUsage},
    {Origin::kSluice, "system-absent", ExitCode::kUsage},
    {Origin::kSluice, "import-unknown", ExitCode::kUsage},
    {Origin::kSluice, "object-unknown", ExitCode::kUsage},
    {Origin::kSluice, "import-cancelled", ExitCode::kObjectsFailed},
    {Origin::kSluice, "interrupted", ExitCode::kInterrupted},
    {Origin::kSluice, "internal", ExitCode::kOurFault},
    {Origin::kSluice, "ledger-corrupt", ExitCode::kOurFault},
    {Origin::kSluice, "memory-wait", ExitCode::kOurFault},
};

TEST(ExitCodeTest, TheNumbersAreTheProductsOwn) {
  EXPECT_EQ(static_cast<int>(ExitCode::kDone), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::kOurFault), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::kUsage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::kRejectsWithinLimit), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::kObjectsFailed), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::kSource), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::kTarget), 6);
  EXPECT_EQ(static_cast<int>(ExitCode::kInterrupted), 7);
}

TEST(ExitCodeTest, EveryErrorPath) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ExitFor(Error(c.origin, c.code, "x")), c.exit) << c.code;
  }
}

}  // namespace
}  // namespace sluice
