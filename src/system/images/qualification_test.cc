#include "system/images/qualification.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

TEST(QualificationTest, NamesAreComparedWithoutCaseAndReportsAreNone) {
  for (const char* key : {"a.png", "A.PNG", "x/y.jpg", "x/y.Jpeg", "reports.png", ".png"}) {
    EXPECT_EQ(WhyNotByName(key), "") << key;
  }
  for (const char* key : {"a.gif", "png", "a.png.txt", "a", "", "a.jpegs", "a.png/"}) {
    EXPECT_EQ(WhyNotByName(key), "is no image: its name does not end in .png, .jpg or .jpeg")
        << key;
  }
  EXPECT_EQ(WhyNotByName("reports/a.png"), "is a report: it lies under reports/");
}

TEST(QualificationTest, TagsAreReadWithoutCaseAndTheDocumentedSpellingFirst) {
  ImageTags tags =
      ReadImageTags({{"USERID", "b"}, {"UserId", "a"}, {"properties", "s3://x/y.json"}});
  EXPECT_EQ(tags.user_id, "a");
  EXPECT_EQ(tags.properties, "s3://x/y.json");
  EXPECT_EQ(WhyNotByTags(tags), "");
  EXPECT_EQ(WhyNotByTags(ReadImageTags({{"userid", "a"}, {"iNDEXED", "TRUE"}})),
            "Skipping non-qualified object: it is tagged Indexed");
  EXPECT_EQ(WhyNotByTags(ReadImageTags({{"userid", "a"}, {"Ignore", "true"}})),
            "Skipping non-qualified object: it is tagged Ignore");
  EXPECT_EQ(WhyNotByTags(ReadImageTags({{"userid", "a"}, {"Ignore", "false"}, {"Indexed", ""}})),
            "");
  EXPECT_EQ(WhyNotByTags(ReadImageTags({{"Indexed", "True"}})),
            "Skipping invalid object. It has no tag UserId");
}

TEST(QualificationTest, TheFirstBytesTellAnImage) {
  EXPECT_TRUE(BeginsImage("\x89PNG\r\n\x1a\n and more"));
  EXPECT_TRUE(BeginsImage("\xff\xd8\xff\xe0"));
  for (const char* bytes : {"", "PNG", "\x89PNG\n", "\xff\xd8", "GIF89a"}) {
    EXPECT_FALSE(BeginsImage(bytes)) << bytes;
  }
}

TEST(QualificationTest, EveryErrorPath) {
  std::string longest;
  for (int i = 0; i < 128; ++i) longest += "ü";
  EXPECT_NO_THROW(CheckUserId(longest)) << "characters are counted, not bytes";
  try {
    CheckUserId(longest + "x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "user-id-invalid");
    EXPECT_EQ(error.retry(), Retry::kNever);
  }
}

}  // namespace
}  // namespace sluice
