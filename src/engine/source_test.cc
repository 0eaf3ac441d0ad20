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

TEST(SourceTest, AnUploadIsABucketOfItsOwn) {
  Source source = ParseSource("spool://0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11/in/Patient.ndjson");
  EXPECT_EQ(source.kind, Source::Kind::kSpool);
  EXPECT_EQ(source.bucket, "0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11");
  EXPECT_EQ(source.prefix, "in/Patient.ndjson");
  EXPECT_EQ(source.Shown(), "spool://0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11/in/Patient.ndjson");
}

TEST(SourceTest, EveryErrorPath) {
  for (const char* text :
       {"spool://", "spool://not-an-upload/x", "spool://0B6E8A0E-5F0C-4D2E-9A55-7A1D9C1F0A11/x",
        "s3://", "s3:///key", "gs://b/k", "", "file://", "/nowhere/at/all"}) {
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
