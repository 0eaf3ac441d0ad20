#include "app/object_name.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"

namespace sluice {
namespace {

std::string First(const std::string& text) {
  ObjectName name = ReadObjectName(text).front();
  return name.store + "|" + name.bucket + "|" + name.key;
}

TEST(ObjectNameTest, AnS3NameIsBucketAndKeyAsItStands) {
  EXPECT_EQ(First("s3://b/fhir/a b+%20#?.ndjson"), "|b|fhir/a b+%20#?.ndjson");
}

TEST(ObjectNameTest, AUrlIsItsOriginAndPathWithoutTheQuery) {
  EXPECT_EQ(First("https://h:1/b/k?sig=secret"), "https://h:1||/b/k");
}

TEST(ObjectNameTest, AWordIsAKeyFirstAndThenAPath) {
  std::filesystem::current_path("/tmp");
  std::vector<ObjectName> names = ReadObjectName("x/../Patient.ndjson");
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].key, "x/../Patient.ndjson");
  EXPECT_EQ(names[1].key, "/tmp/Patient.ndjson");
  EXPECT_EQ(ReadObjectName("file:///tmp/a.ndjson").back().key, "/tmp/a.ndjson");
  EXPECT_EQ(ReadObjectName("/tmp/a.ndjson").size(), 1u);
}

TEST(ObjectNameTest, EveryErrorPath) {
  for (const char* text : {"", "s3://", "s3://b", "s3://b/", "s3:///k", "https://h", "http://"}) {
    EXPECT_THROW(ReadObjectName(text), Error) << text;
  }
  try {
    ReadObjectName("https://h?sig=secret");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "usage");
    EXPECT_EQ(error.message().find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace sluice
