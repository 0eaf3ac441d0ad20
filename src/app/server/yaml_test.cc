#include "app/server/yaml.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/server/rpc_fuzz_testing.h"
#include "base/error.h"
#include "bytes/corpus_testing.h"

namespace sluice {
namespace {

std::string CodeOf(const std::string& yaml) {
  try {
    return FromYaml(yaml).dump();
  } catch (const Error& error) {
    return error.code();
  }
}

TEST(Yaml, ReadsTheRequestOfTheSpecification) {
  Json request = FromYaml(
      "method: aidbox.bulk/load-from-bucket\n"
      "params:\n"
      "  bucket: s3://your-bucket-id\n"
      "  thread-num: 4\n"
      "  account:\n"
      "    access-key-id: your-key-id\n"
      "    secret-access-key: your-secret-access-key\n"
      "    region: us-east-1\n");
  EXPECT_EQ(request.dump(),
            R"({"method":"aidbox.bulk/load-from-bucket","params":{"bucket":"s3://your-bucket-id",)"
            R"("thread-num":4,"account":{"access-key-id":"your-key-id",)"
            R"("secret-access-key":"your-secret-access-key","region":"us-east-1"}}})");
}

TEST(Yaml, WritesTheAnswersOfTheSpecification) {
  Json started = {{"result",
                   {{"message",
                     "Upload from bucket <s3://your-bucket-id> started. 6 new files "
                     "added."},
                    {"progress", {{"total", 6}}},
                    {"new-files-count", 6}}}};
  EXPECT_EQ(ToYaml(started),
            "result:\n"
            "  message: Upload from bucket <s3://your-bucket-id> started. 6 new files added.\n"
            "  progress:\n"
            "    total: 6\n"
            "  new-files-count: 6\n");
  Json status = {
      {"result",
       {{"state", "in-progress"}, {"progress", {{"total", 6}, {"pending", 2}, {"done", 4}}}}}};
  EXPECT_EQ(ToYaml(status),
            "result:\n"
            "  state: in-progress\n"
            "  progress:\n"
            "    total: 6\n"
            "    pending: 2\n"
            "    done: 4\n");
}

TEST(Yaml, ResolvesPlainWordsAndLeavesQuotedOnes) {
  EXPECT_EQ(FromYaml("[1, -2.5e3, true, null, ~, '1', \"true\", yes, 012, !!str 5, a b]").dump(),
            R"([1,-2500.0,true,null,null,"1","true","yes","012","5","a b"])");
  EXPECT_EQ(FromYaml("upsert?: true\nprefixes: [fhir/1/, fhir/2/Patient]").dump(),
            R"({"upsert?":true,"prefixes":["fhir/1/","fhir/2/Patient"]})");
  EXPECT_EQ(FromYaml("").dump(), "null");
}

TEST(Yaml, WhatItWritesIsReadAgain) {
  Json value = {{"a", {1, "x: y", "# no", "", "true", "12:30:00", "2024-02-29", {{"b", nullptr}}}},
                {"empty", {{"list", Json::array()}, {"map", Json::object()}}},
                {"nested", {{1, 2}, {3, {{"c", "Zoë\n\t\u2028\u0085\ufeff\U0001f600\x7f"}}}}},
                {"", "-"},
                {"no", 1e300}};
  EXPECT_EQ(FromYaml(ToYaml(value)).dump(), value.dump()) << ToYaml(value);
}

http::Route Echo() {
  http::Route route;
  route.handle = [](const http::RouteContext& context) {
    http::Reply reply;
    reply.body = context.body;
    return reply;
  };
  route.changes = [](const http::RouteContext& context) { return context.body == R"({"a":1})"; };
  return WithYaml(route);
}

http::RouteContext Asked(const std::string& body, const std::string& type,
                         const std::string& accept) {
  http::RouteContext context;
  context.body = body;
  context.headers = {{"Content-Type", type}, {"Accept", accept}};
  return context;
}

TEST(Yaml, ContentTypeAndAcceptChooseApart) {
  http::Route echo = Echo();
  auto answer = [&](const std::string& body, const std::string& type, const std::string& accept) {
    http::Reply reply = echo.handle(Asked(body, type, accept));
    return reply.content_type + "|" + reply.body;
  };
  EXPECT_EQ(answer("a: 1", "text/yaml; charset=utf-8", "*/*"), "application/json|{\"a\":1}");
  EXPECT_EQ(answer("a: 1", "application/yaml", "text/yaml"), "text/yaml|a: 1\n");
  EXPECT_EQ(answer("{\"a\":1}", "application/json", "text/yaml, application/json"),
            "text/yaml|a: 1\n");
  EXPECT_EQ(answer("{\"a\":1}", "application/json", "text/yaml;q=0.5, application/json"),
            "application/json|{\"a\":1}");
  EXPECT_TRUE(echo.changes(Asked("a: 1", "text/yaml", "")));
  EXPECT_FALSE(echo.changes(Asked("a: [", "text/yaml", "")));
}

TEST(Yaml, ABodyThatIsNoneIsAnsweredByTheDoorsOwnShape) {
  http::Reply reply = Echo().handle(Asked("a: [", "text/yaml", "text/yaml"));
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.find("error:\n  message: "), 0u) << reply.body;
}

TEST(Yaml, SeedsOfTheFuzzTargetHold) {
  std::vector<std::string> seeds = Corpus("rpc_fuzz");
  EXPECT_GE(seeds.size(), 8u);
  for (const std::string& seed : seeds) FuzzRpc(seed);
}

TEST(Yaml, EveryErrorPath) {
  EXPECT_EQ(CodeOf("a: ["), "yaml-invalid");
  EXPECT_EQ(CodeOf("a: 1\na: 2"), "yaml-invalid");
  EXPECT_EQ(CodeOf("? [a]\n: 1"), "yaml-invalid");
  EXPECT_EQ(CodeOf("!!binary aGk="), "yaml-invalid");
  EXPECT_EQ(CodeOf("a: \xff"), "yaml-invalid");
  EXPECT_EQ(CodeOf(std::string("\0\0\0a", 4)), "yaml-invalid");
  EXPECT_EQ(CodeOf(std::string(100, '[') + std::string(100, ']')), "yaml-invalid");
  std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    char before = static_cast<char>(c - 1);
    laughs += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) laughs += std::string("*") + before + ",";
    laughs += std::string("*") + before + "]\n";
  }
  EXPECT_EQ(CodeOf(laughs), "yaml-invalid");
}

TEST(Yaml, AKeyThatIsTooLongToStandAloneIsReadBack) {
  std::string key(213, '\v');
  Json value = {{key, {{"inside", {{key + "x", 1}}}}}, {"list", {{{key, "text"}}}}};
  EXPECT_EQ(FromYaml(ToYaml(value)), value) << ToYaml(value);
}

}  // namespace
}  // namespace sluice
