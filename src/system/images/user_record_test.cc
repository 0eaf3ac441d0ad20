#include "system/images/user_record.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

TEST(UserRecordTest, NamesAndValuesAreCountedInBytes) {
  // PartitionKey 12 + "User::" 6 + "fred" 4, SortKey 7 + "Face::" 6 + 36, property_bag 12 + 3,
  // image 5.
  constexpr uint64_t kBare = 12 + 6 + 4 + 7 + 6 + 36 + 12 + 3 + 5;
  EXPECT_EQ(UserRecordBytes("fred", {}, 0), kBare);
  EXPECT_EQ(UserRecordBytes("frëd", {}, 0), kBare + 1);
  EXPECT_EQ(UserRecordBytes("fred", {{"ab", "cde"}, {"f", ""}}, 0), kBare + (1 + 5) + (1 + 1));
  EXPECT_EQ(UserRecordBytes("fred", {}, 1), kBare + 4) << "the image is stored as base64";
  EXPECT_EQ(UserRecordBytes("fred", {}, 3), kBare + 4);
  EXPECT_EQ(UserRecordBytes("fred", {}, 4), kBare + 8);
}

TEST(UserRecordTest, EveryErrorPath) {
  uint64_t bare = UserRecordBytes("u", {}, 0);
  uint64_t most = (kUserRecordBytesMax - bare) / 4 * 3;
  EXPECT_NO_THROW(CheckUserRecord("u", {}, most));
  try {
    CheckUserRecord("u", {}, most + 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "user-record-too-large");
    EXPECT_EQ(error.retry(), Retry::kNever);
  }
}

}  // namespace
}  // namespace sluice
