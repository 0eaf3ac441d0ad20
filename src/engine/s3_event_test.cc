#include "engine/s3_event.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "bytes/corpus_testing.h"
#include "engine/s3_event_fuzz_testing.h"

namespace sluice {
namespace {

std::string Record(const std::string& source, const std::string& name, const std::string& key,
                   const std::string& version = "2.1") {
  return R"({"eventVersion":")" + version + R"(","eventSource":")" + source + R"(","eventName":")" +
         name + R"(","s3":{"bucket":{"name":"b"},"object":{"key":")" + key +
         R"(","size":1,"eTag":"x"}}})";
}

std::string Body(const std::string& records) { return R"({"Records":[)" + records + "]}"; }

TEST(S3EventTest, EachSenderWritesKeysInItsOwnWay) {
  auto key = [](const std::string& source, const std::string& written) {
    return ParseS3Events(Body(Record(source, "ObjectCreated:Put", written))).created.at(0).key;
  };
  EXPECT_EQ(key("aws:s3", "a+b/c%2Bd%C3%BC%25"), "a b/c+d\xc3\xbc%");
  EXPECT_EQ(key("minio:s3", "in%2Fa+b"), "in/a b");
  EXPECT_EQ(key("ceph:s3", "in/a+b%41"), "in/a+b%41");
}

TEST(S3EventTest, OnlyWhatWasCreatedCounts) {
  S3EventBody body =
      ParseS3Events(Body(Record("aws:s3", "ObjectCreated:CompleteMultipartUpload", "a") + "," +
                         Record("minio:s3", "s3:ObjectCreated:Copy", "b") + "," +
                         Record("aws:s3", "ObjectRemoved:Delete", "c") + "," +
                         Record("aws:s3", "ObjectRestore:Delete", "d", "2.3")));
  ASSERT_EQ(body.created.size(), 2u);
  EXPECT_EQ(body.created[0].key, "a");
  EXPECT_EQ(body.created[1].key, "b");
  EXPECT_EQ(body.created[1].bucket, "b");
  EXPECT_EQ(body.others, 2u);
  EXPECT_TRUE(ParseS3Events(Body("")).created.empty());
}

TEST(S3EventTest, TheTestEventIsKnown) {
  EXPECT_TRUE(
      ParseS3Events(R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"})").is_test);
}

TEST(S3EventTest, SeedsOfTheFuzzTargetHold) {
  std::vector<std::string> seeds = Corpus("s3_event_fuzz");
  EXPECT_GE(seeds.size(), 10u);
  for (const std::string& seed : seeds) FuzzS3Event(seed);
}

TEST(S3EventTest, EveryErrorPath) {
  for (const std::string& text :
       {std::string(""), std::string("[]"), std::string("{}"), std::string("{\"Event\":\"x\"}"),
        std::string(R"({"Records":{}})"), Body("1"), Body("{}"),
        Body(Record("aws:s3", "ObjectCreated:Put", "a", "3.0")),
        Body(Record("aws:s3", "ObjectCreated:Put", "")),
        Body(Record("aws:s3", "ObjectCreated:Put", "a%00b")),
        Body(R"({"eventVersion":"2.1","eventName":"ObjectCreated:Put","eventSource":"aws:s3"})"),
        Body(R"({"eventVersion":2.1,"eventName":"ObjectCreated:Put"})")}) {
    try {
      ParseS3Events(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "event-invalid") << text;
      EXPECT_FALSE(error.remedy().empty());
    }
  }
}

}  // namespace
}  // namespace sluice
