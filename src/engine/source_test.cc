#include "engine/source.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

TEST(SourceTest, AnS3SourceIsABucketAndAPrefix) {
  Source source = ParseSource("s3://b/fhir/1/");
  EXPECT_EQ(source.kind, Source::Kind::kS3);
  EXPECT_EQ(source.bucket, "b");
  EXPECT_EQ(source.prefix, "fhir/1/");
  EXPECT_EQ(ParseSource("s3://b").Shown(), "s3://b/");
}

TEST(SourceTest, APresignedUrlIsShownWithoutItsQuery) {
  Source source = ParseSource("https://h/b/Patient.ndjson?X-Amz-Signature=secret");
  EXPECT_EQ(source.kind, Source::Kind::kHttps);
  EXPECT_EQ(source.Shown(), "https://h/b/Patient.ndjson");
}

TEST(SourceTest, APathIsMadeAbsolute) {
  EXPECT_EQ(ParseSource("/tmp/../tmp/.").path, "/tmp");
  EXPECT_EQ(ParseSource("file:///tmp").path, "/tmp");
  EXPECT_TRUE(ParseSource(".").path.starts_with("/"));
}

TEST(SourceTest, EveryErrorPath) {
  for (const char* text : {"s3://", "s3:///key", "gs://b/k", "", "file://", "/nowhere/at/all"}) {
    try {
      ParseSource(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "source-invalid") << text;
      EXPECT_EQ(error.scope(), Scope::kRun) << text;
      EXPECT_FALSE(error.remedy().empty()) << text;
    }
  }
}

}  // namespace
}  // namespace sluice
