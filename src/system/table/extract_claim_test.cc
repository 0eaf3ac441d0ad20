#include "system/table/extract_claim.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(ExtractClaim, LiesBesideWhatBeginsWithThePrefix) {
  EXPECT_EQ(ClaimKeyOf("a/b/us_", false), "a/b/.sluice-claim-us_");
  EXPECT_EQ(ClaimKeyOf("a/b/", false), "a/.sluice-claim-b");
  EXPECT_EQ(ClaimKeyOf("us_", false), ".sluice-claim-us_");
  EXPECT_EQ(ClaimKeyOf("/out/", true), "/out/.sluice-claim-");
}

TEST(ExtractClaim, IsToldByItsName) {
  EXPECT_TRUE(IsClaimName("a/b/.sluice-claim-us_"));
  EXPECT_TRUE(IsClaimName(".sluice-claim-"));
  EXPECT_FALSE(IsClaimName("a/.sluice-claim-b/c"));
  EXPECT_FALSE(IsClaimName("claim"));
}

}  // namespace
}  // namespace sluice
