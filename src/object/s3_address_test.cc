#include "object/s3_address.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

std::string Url(const char* endpoint, S3Style style, const char* bucket, const char* key = "k") {
  return S3Address(endpoint, "eu-west-1", style).UrlOf("eu-west-1", bucket, key);
}

TEST(S3Address, TakesTheHostOfTheRegion) {
  S3Address address("", "eu-west-1", S3Style::kAuto);
  EXPECT_EQ(address.UrlOf("eu-west-1", "bucket", "a b/c"),
            "https://bucket.s3.eu-west-1.amazonaws.com/a%20b/c");
  EXPECT_EQ(address.UrlOf("us-east-2", "bucket", ""), "https://bucket.s3.us-east-2.amazonaws.com/");
  EXPECT_EQ(S3Address("", "cn-north-1", S3Style::kAuto).UrlOf("cn-north-1", "bucket", ""),
            "https://bucket.s3.cn-north-1.amazonaws.com.cn/");
}

TEST(S3Address, TakesThePathStyleWhereAHostNameCouldNotWork) {
  const char* aws = "";
  EXPECT_EQ(Url(aws, S3Style::kAuto, "my.bucket"),
            "https://s3.eu-west-1.amazonaws.com/my.bucket/k");
  EXPECT_EQ(Url(aws, S3Style::kAuto, "Upper_Case"),
            "https://s3.eu-west-1.amazonaws.com/Upper_Case/k");
  EXPECT_EQ(Url(aws, S3Style::kPath, "bucket"), "https://s3.eu-west-1.amazonaws.com/bucket/k");
  EXPECT_EQ(Url("http://127.0.0.1:9000", S3Style::kAuto, "bucket"),
            "http://127.0.0.1:9000/bucket/k");
  EXPECT_EQ(Url("http://10.0.0.1/", S3Style::kAuto, "bucket"), "http://10.0.0.1/bucket/k");
  EXPECT_EQ(Url("http://[fe80::1]:9000", S3Style::kAuto, "bucket"),
            "http://[fe80::1]:9000/bucket/k");
  EXPECT_EQ(Url("http://localhost:9000", S3Style::kAuto, "bucket"),
            "http://localhost:9000/bucket/k");
  EXPECT_EQ(Url("https://s3.example.com", S3Style::kAuto, "bucket"),
            "https://bucket.s3.example.com/k");
  EXPECT_EQ(Url("http://aws.localhost:9000", S3Style::kVirtual, "bucket"),
            "http://bucket.aws.localhost:9000/k");
  EXPECT_EQ(Url("https://s3.example.com", S3Style::kVirtual, ""), "https://s3.example.com/k");
}

TEST(S3Address, KeepsEveryByteOfAKey) {
  EXPECT_EQ(Url("http://h", S3Style::kPath, "b", "/a//b/../c/"), "http://h/b//a//b/../c/");
}

TEST(S3Address, AllRegionsAreOneStore) {
  auto identity = [](const char* endpoint, const char* region) {
    return S3Address(endpoint, region, S3Style::kAuto).identity();
  };
  EXPECT_EQ(identity("", "eu-west-1"), "https://s3.amazonaws.com");
  EXPECT_EQ(identity("", "us-east-1"), "https://s3.amazonaws.com");
  EXPECT_EQ(identity("https://s3.eu-west-1.amazonaws.com", ""), "https://s3.amazonaws.com");
  EXPECT_EQ(identity("", "cn-north-1"), "https://s3.amazonaws.com.cn");
  EXPECT_EQ(identity("https://s3.cn-north-1.amazonaws.com.cn", ""), "https://s3.amazonaws.com.cn");
  EXPECT_EQ(identity("HTTPS://Minio.example:443/", ""), "https://minio.example");
  EXPECT_EQ(identity("http://127.0.0.1:9000", ""), "http://127.0.0.1:9000");
  EXPECT_EQ(identity("https://amazonaws.com.evil.example", ""),
            "https://amazonaws.com.evil.example");
}

TEST(S3Address, EveryErrorPath) {
  for (const char* endpoint : {"minio", "ftp://h", "http://h/path", "http://h/?q=secret", "://"}) {
    try {
      S3Address address(endpoint, "r", S3Style::kAuto);
      FAIL() << endpoint;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "BadEndpoint");
      EXPECT_EQ(error.scope(), Scope::kRun);
      EXPECT_EQ(error.message().find("secret"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace sluice
