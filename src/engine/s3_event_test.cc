#include "engine/s3_event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

TEST(S3EventTest, EventBridgeSendsKeysBare) {
  auto event = [](const std::string& type) {
    return R"({"version":"0","source":"aws.s3","detail-type":")" + type +
           R"(","detail":{"bucket":{"name":"b"},"object":{"key":"a+b%41","size":5}}})";
  };
  S3EventBody body = ParseS3Events(event("Object Created"));
  ASSERT_EQ(body.created.size(), 1u);
  EXPECT_EQ(body.created[0].bucket, "b");
  EXPECT_EQ(body.created[0].key, "a+b%41");
  EXPECT_EQ(ParseS3Events(event("Object Deleted")).others, 1u);
}

TEST(S3EventTest, QueuesAndBatchOperationsNameObjectsToo) {
  auto by_sqs = [](const std::string& message) {
    return ParseS3Events(R"({"Records":[{"eventSource":"aws:sqs","body":)" + message + "}]}");
  };
  S3EventBody event =
      by_sqs(R"("{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",)"
             R"(\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},)"
             R"(\"object\":{\"key\":\"a+b\"}}}]}")");
  EXPECT_EQ(event.created.at(0).key, "a b");
  S3EventBody item =
      by_sqs(R"("{\"BucketArn\":\"arn:aws:s3:::images\",\"ObjectKey\":\"l%C3%A9.jpg\"}")");
  EXPECT_EQ(item.created.at(0).bucket, "images");
  EXPECT_EQ(item.created.at(0).key, "l\xc3\xa9.jpg");
  S3EventBody task =
      ParseS3Events(R"({"invocationSchemaVersion":"1.0","tasks":[{"taskId":"1","s3Key":"a.jpg",)"
                    R"("s3VersionId":null,"s3BucketArn":"arn:aws-cn:s3:::images"}]})");
  EXPECT_EQ(task.created.at(0).bucket, "images");
  EXPECT_EQ(task.created.at(0).key, "a.jpg");
}

TEST(S3EventTest, MessagesInMessagesEndSomewhere) {
  std::string body = Body("");
  for (int depth = 0; depth < 4; ++depth) {
    body = nlohmann::json{{"Records", {{{"eventSource", "aws:sqs"}, {"body", body}}}}}.dump();
  }
  EXPECT_THROW(ParseS3Events(body), Error);
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
        std::string(R"({"Records":{}})"), std::string(R"({"tasks":{}})"), Body("1"), Body("{}"),
        Body(R"({"eventSource":"aws:sqs","body":"{"})"), Body(R"({"eventSource":"aws:sqs"})"),
        std::string(R"({"BucketArn":"images","ObjectKey":"a"})"),
        std::string(R"({"detail-type":"Object Created","source":"mine","detail":{}})"),
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
