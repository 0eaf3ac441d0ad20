#include "http/endpoint_rules.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice::http {
namespace {

bool Allows(const EndpointRules& rules, const std::string& url) {
  try {
    rules.Check(url);
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "endpoint-refused");
    EXPECT_FALSE(error.remedy().empty());
    return false;
  }
}

TEST(EndpointRules, AllowListedNamesOnly) {
  auto rules = EndpointRules::Parse({"storage.example", "*.amazonaws.com", "minio.local:9000"});
  EXPECT_TRUE(Allows(rules, "https://storage.example/bucket"));
  EXPECT_TRUE(Allows(rules, "https://STORAGE.example:8443"));
  EXPECT_TRUE(Allows(rules, "https://s3.eu-west-1.amazonaws.com"));
  EXPECT_TRUE(Allows(rules, "http://minio.local:9000"));
  EXPECT_FALSE(Allows(rules, "http://minio.local"));
  EXPECT_FALSE(Allows(rules, "https://amazonaws.com"));
  EXPECT_FALSE(Allows(rules, "https://evilamazonaws.com"));
  EXPECT_FALSE(Allows(rules, "https://storage.example.evil.net"));
}

TEST(EndpointRules, AllowListedRangesByAddress) {
  auto rules = EndpointRules::Parse({"10.1.0.0/16", "192.168.7.7", "fd00::/8"});
  EXPECT_TRUE(Allows(rules, "http://10.1.2.3:9000"));
  EXPECT_TRUE(Allows(rules, "http://192.168.7.7"));
  EXPECT_TRUE(Allows(rules, "http://[fd12::1]:9000"));
  EXPECT_FALSE(Allows(rules, "http://10.2.0.1"));
  EXPECT_FALSE(Allows(rules, "http://192.168.7.8"));
  EXPECT_FALSE(Allows(rules, "http://minio.local"));
}

TEST(EndpointRules, AllowAnAddressWithItsPortOnlyThere) {
  auto rules = EndpointRules::Parse({"127.0.0.1:9000"});
  EXPECT_TRUE(Allows(rules, "http://127.0.0.1:9000"));
  EXPECT_FALSE(Allows(rules, "http://127.0.0.1:9001"));
  EXPECT_TRUE(rules.AllowsAddress("127.0.0.1"));
  EXPECT_FALSE(rules.AllowsAddress("127.0.0.2"));
}

// A name that is allowed may resolve to anything: what is connected to is what counts.
TEST(EndpointRules, LetNamesLeadToPublicAddressesOnly) {
  auto rules = EndpointRules::Parse({"storage.example"});
  for (const char* address : {"52.95.110.1", "8.8.8.8", "2600:1f18::1", "172.32.0.1"}) {
    EXPECT_TRUE(rules.AllowsAddress(address)) << address;
  }
  for (const char* address : {"127.0.0.1",
                              "10.0.0.1",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "0.0.0.0",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::1",
                              "::",
                              "fe80::1",
                              "fd00:ec2::254",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:169.254.169.254",
                              "64:ff9b::a9fe:a9fe",
                              "2002:7f00:1::",
                              "2001::1",
                              "not an address",
                              ""}) {
    EXPECT_FALSE(rules.AllowsAddress(address)) << address;
  }
}

TEST(EndpointRules, LetNamesLeadToPrivateAddressesThatAreListed) {
  auto rules = EndpointRules::Parse({"minio.local", "10.0.0.0/8"});
  EXPECT_TRUE(rules.AllowsAddress("10.3.2.1"));
  EXPECT_TRUE(rules.AllowsAddress("::ffff:10.3.2.1"));
  EXPECT_FALSE(rules.AllowsAddress("192.168.0.1"));
}

TEST(EndpointRules, RefuseEverythingWithoutAList) {
  EndpointRules rules;
  for (const char* url : {"https://s3.amazonaws.com", "http://127.0.0.1", "http://2130706433/",
                          "http://0x7f.1", "file:///etc/passwd", "gopher://x", "", "http://"}) {
    EXPECT_FALSE(Allows(rules, url)) << url;
  }
}

TEST(EndpointRules, RefuseListsThatCannotBeRead) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/x", "http://host", "host/path", "*", "a b",
                           "::1/129", "*.*.com"}) {
    EXPECT_THROW(EndpointRules::Parse({text}), Error) << text;
  }
}

}  // namespace
}  // namespace sluice::http
