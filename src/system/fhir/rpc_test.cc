#include "system/fhir/rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "system/fhir/bucket_loader.h"
#include "system/fhir/bucket_params.h"
#include "system/fhir/loader_file.h"

namespace sluice {
namespace {

constexpr char kLoad[] = "aidbox.bulk/load-from-bucket";
constexpr char kStatus[] = "aidbox.bulk/load-from-bucket-status";

RpcMethods Methods() {
  return {{kLoad, [](const Json& params) { return Json(ParseLoadFromBucket(params).bucket); }},
          {kStatus, [](const Json& params) { return Json(ParseBucketStatus(params)); }},
          {"fail", [](const Json&) -> Json {
             throw Error(Origin::kAws, "NoSuchBucket", "s3://b/: there is no such bucket")
                 .With(Scope::kRun)
                 .Remedy("check its name");
           }}};
}

std::string Answered(const Json& request) {
  RpcReply reply = AnswerRpc(request.dump(), Methods());
  return std::to_string(reply.status) + " " + reply.body;
}

// What is wrong with the parameters, as "path: message" lines.
std::vector<std::string> Faults(const std::string& params) {
  try {
    ParseLoadFromBucket(Json::parse(params));
  } catch (const InvalidParams& invalid) {
    std::vector<std::string> messages;
    for (const ParamFault& fault : invalid.faults()) {
      messages.push_back(fault.type + ": " + fault.message);
    }
    return messages;
  }
  return {};
}

TEST(Rpc, TheSpecificationsRequestIsUnderstood) {
  LoadFromBucket load = ParseLoadFromBucket(Json::parse(R"({
    "bucket": "s3://your-bucket-id", "thread-num": 4,
    "account": {"access-key-id": "your-key-id", "secret-access-key": "your-secret-access-key",
                "region": "us-east-1"}})"));
  EXPECT_EQ(load.bucket, "your-bucket-id");
  EXPECT_EQ(load.thread_num, 4);
  EXPECT_EQ(load.account->access_key_id, "your-key-id");
  EXPECT_EQ(load.account->secret_access_key, "your-secret-access-key");
  EXPECT_EQ(load.account->region, "us-east-1");
}

TEST(Rpc, EveryParameterIsKnownByItsName) {
  StartRequest request = AsStartRequest(ParseLoadFromBucket(Json::parse(R"({
    "bucket": "s3://b", "thread-num": 1, "disable-idx?": true, "drop-primary-key?": true,
    "scheduler": "by-last-modified", "prefixes": ["fhir/2/Patient", "fhir/1/"],
    "connect-timeout": 1500, "read-timeout": 2500,
    "account": {"access-key-id": "k", "secret-access-key": "s", "region": "eu-west-1",
                "host": "us-gov-east-1.amazonaws.com"}})")));
  EXPECT_EQ(request.options.sources, std::vector<std::string>{"s3://b/"});
  EXPECT_EQ(request.options.threads, 1);
  EXPECT_EQ(request.options.order, Order::kByLastModified);
  EXPECT_EQ(request.options.prefixes, (std::vector<std::string>{"fhir/1/", "fhir/2/Patient"}));
  EXPECT_EQ(request.options.connect_timeout.count(), 1500);
  EXPECT_EQ(request.options.read_timeout.count(), 2500);
  EXPECT_EQ(request.options.aside.indexes, AsideOptions::Indexes::kAlways);
  EXPECT_TRUE(request.options.aside.primary_key);
  EXPECT_FALSE(request.options.policy.upsert);
  EXPECT_EQ(request.options.region, "eu-west-1");
  EXPECT_EQ(request.options.s3_endpoint, "https://s3.us-gov-east-1.amazonaws.com");
  EXPECT_TRUE(request.names_endpoint);
  EXPECT_EQ(request.keys->access_key_id, "k");
  EXPECT_EQ(request.keys->secret_access_key, "s");
  EXPECT_TRUE(AsStartRequest(ParseLoadFromBucket({{"bucket", "s3://b"}, {"upsert?", true}}))
                  .options.policy.upsert);
}

TEST(Rpc, DefaultsAreTheSpecifications) {
  LoadFromBucket load = ParseLoadFromBucket({{"bucket", "s3://b"}});
  StartRequest request = AsStartRequest(load);
  EXPECT_EQ(load.thread_num, 4);
  EXPECT_FALSE(load.disable_idx || load.drop_primary_key || load.upsert);
  EXPECT_EQ(request.options.order, Order::kOptimal);
  EXPECT_EQ(request.options.connect_timeout.count(), 0);
  EXPECT_EQ(request.options.read_timeout.count(), 0);
  EXPECT_FALSE(request.keys || request.names_endpoint);
  EXPECT_EQ(request.options.changed, ChangedPolicy::kKeep);
}

TEST(Rpc, HostsOfOtherStoresAreAddressesOfTheirOwn) {
  auto endpoint = [](Json account) {
    account.update({{"access-key-id", "k"}, {"secret-access-key", "s"}, {"region", "r"}});
    return ParseLoadFromBucket({{"bucket", "s3://b"}, {"account", account}}).account->endpoint;
  };
  EXPECT_EQ(endpoint({{"host", "amazonaws.com"}}), "https://s3.amazonaws.com");
  EXPECT_EQ(endpoint({{"host", "s3.eu-west-1.amazonaws.com"}}),
            "https://s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(endpoint({{"host", "minio.example:9000"}}), "https://minio.example:9000");
  EXPECT_EQ(endpoint({{"host", "127.0.0.1:9000"}, {"use-ssl", false}}), "http://127.0.0.1:9000");
  EXPECT_EQ(endpoint({{"host", "http://127.0.0.1:9000"}}), "http://127.0.0.1:9000");
}

TEST(Rpc, AnswersAreTheSpecifications) {
  EXPECT_EQ(StartedMessage("your-bucket-id", 6, 0),
            "Upload from bucket <s3://your-bucket-id> started. 6 new files added.");
  EXPECT_EQ(LoaderFileProgress({{JobState::kPending, 2}, {JobState::kDone, 4}}).dump(),
            R"({"total":6,"pending":2,"done":4})");
}

TEST(Rpc, TheMessageSaysWhenKnownFilesChanged) {
  EXPECT_EQ(StartedMessage("b", 0, 2),
            "Upload from bucket <s3://b> started. 0 new files added. 2 known files changed since "
            "and are not loaded again: delete their LoaderFile for that.");
}

TEST(Rpc, StatesAreTheBucketsImports) {
  auto import = [](ImportState state, bool worked_on = false) {
    Import made;
    made.state = state;
    made.worked_on = worked_on;
    return made;
  };
  Import running = import(ImportState::kRunning, true);
  Import left = import(ImportState::kRunning);
  Import failed = import(ImportState::kFailed);
  Import cancelled = import(ImportState::kCancelled);
  EXPECT_EQ(BucketState({left, running}), "in-progress");
  EXPECT_EQ(BucketState({failed, left}), "interrupted");
  EXPECT_EQ(BucketState({failed, cancelled}), "completed");
}

TEST(Rpc, ABatchIsAnsweredOneByOne) {
  Json good = {{"method", kStatus}, {"params", {{"bucket", "s3://b"}}}};
  EXPECT_EQ(Answered(Json::array({good, 5, good})),
            R"(200 [{"result":"b"},{"error":{"message":"A request must be an object with a )"
            R"(method"}},{"result":"b"}])");
  EXPECT_EQ(Answered(Json::array()), "200 []");
}

TEST(Rpc, WhatAFailedListingSaysHasAidboxsNames) {
  EXPECT_EQ(Answered({{"method", "fail"}}),
            R"(422 {"error":{"message":"NoSuchKey: s3://b/: there is no such bucket",)"
            R"("source":"aws","code":"NoSuchKey","remedy":"check its name"}})");
}

TEST(Rpc, MethodsOfABodyAreSeenInBatchesToo) {
  EXPECT_THAT(MethodsOf(R"([{"method":"a"},5,{"method":6},{"method":"b"}])"),
              testing::ElementsAre("a", "b"));
  EXPECT_THAT(MethodsOf("{"), testing::IsEmpty());
}

TEST(Rpc, InvalidParamsNameEach) {
  EXPECT_EQ(Answered({{"method", kLoad}, {"params", {{"thread-num", 0}}}}),
            R"(400 {"error":{"message":"Invalid params","method":"aidbox.bulk/load-from-bucket",)"
            R"("errors":[{"message":"bucket is required","type":"require","path":["bucket"]},)"
            R"({"message":"thread-num must be a whole number from 1 to 256","type":"type",)"
            R"("path":["thread-num"]}]}})");
  EXPECT_THAT(
      Faults(R"({"bucket": "b", "account": {"host": "a/b", "region": "a.b/"}, "disable-idx?": 1,
                 "drop-primary-key?": "true", "upsert?": 0, "scheduler": "random",
                 "prefixes": ["a", 1], "connect-timeout": -1, "read-timeout": 1.5,
                 "thread-num": "4", "threads": 4})"),
      testing::ElementsAre(
          "format: bucket must be s3://<bucket-name>; parts of a bucket are named by prefixes",
          "type: thread-num must be a whole number from 1 to 256",
          "require: account.access-key-id is required",
          "require: account.secret-access-key is required",
          "format: account.region must be the name of a region, such as us-east-1",
          "format: account.host must be a host name, with a port if it needs one",
          "type: disable-idx? must be true or false",
          "type: drop-primary-key? must be true or false", "type: upsert? must be true or false",
          "enum: scheduler must be optimal or by-last-modified",
          "type: prefixes must be an array of strings",
          "type: connect-timeout must be a whole number from 0 to 86400000",
          "type: read-timeout must be a whole number from 0 to 86400000",
          "unknown-key: threads is no parameter of this method"));
  EXPECT_THAT(Faults(R"({"bucket": "s3://b", "account": 5})"),
              testing::ElementsAre("type: account must be an object"));
  EXPECT_THAT(Faults("[]"), testing::ElementsAre("type: params must be an object"));
}

TEST(Rpc, NothingSlipsIntoAHostName) {
  for (std::string bucket : {"s3://a@b", "s3://a?b", "s3://a#", "s3://", "s3:///", "s3://a/b"}) {
    EXPECT_EQ(Faults(Json{{"bucket", bucket}}.dump()).size(), 1u) << bucket;
  }
}

TEST(Rpc, EveryErrorPath) {
  EXPECT_EQ(AnswerRpc("{", Methods()).body,
            R"({"error":{"message":"The body is not what its content type says"}})");
  EXPECT_EQ(Answered({{"params", 1}}),
            R"(400 {"error":{"message":"A request must name its method, as a string"}})");
  EXPECT_EQ(Answered({{"method", "aidbox.bulk/x"}}),
            R"(404 {"error":{"message":"Unknown method; there are: aidbox.bulk/load-from-bucket, )"
            R"(aidbox.bulk/load-from-bucket-status, fail","method":"aidbox.bulk/x"}})");
  Json many = Json::array();
  for (int i = 0; i < 101; ++i) many.push_back(1);
  EXPECT_EQ(Answered(many), R"(400 {"error":{"message":"A batch may hold 100 requests"}})");
}

}  // namespace
}  // namespace sluice
