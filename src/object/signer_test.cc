#include "object/signer.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "object/time_text.h"
#include "object/uri.h"

namespace sluice {
namespace {

std::string Authorization(const http::Request& request) {
  for (const auto& [name, value] : request.headers) {
    if (name == "Authorization") return value;
  }
  return "";
}

std::string SignatureOf(const http::Request& request) {
  std::string value = Authorization(request);
  return value.substr(value.find("Signature=") + 10);
}

// The key, time and scope of AWS's Signature Version 4 test suite.
class SignerTest : public testing::Test {
 protected:
  static std::string Signed(const std::string& target, http::Headers headers = {},
                            const std::string& method = "GET", const std::string& token = "") {
    http::Request request{method, "https://example.amazonaws.com" + target, std::move(headers), ""};
    Sign(request, {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token},
         {"us-east-1", "service", *ParseIsoTime("2015-08-30T12:36:00Z")});
    return SignatureOf(request);
  }
};

// The key, time and scope of the examples in "Authenticating Requests (AWS Signature Version 4)",
// Amazon S3 API Reference.
class S3SignerTest : public testing::Test {
 protected:
  static std::string Signed(const std::string& target, http::Headers headers,
                            const std::string& method = "GET", const std::string& body = "") {
    http::Request request{method, "https://examplebucket.s3.amazonaws.com" + target,
                          std::move(headers), body};
    request.headers.emplace_back("x-amz-content-sha256", Hex(Sha256(body)));
    Sign(request, {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""},
         {"us-east-1", "s3", *ParseIsoTime("2013-05-24T00:00:00Z")});
    return SignatureOf(request);
  }
};

TEST_F(SignerTest, AgreesWithThePublishedVectors) {
  EXPECT_EQ(Signed("/"), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(Signed("/", {}, "POST"),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  EXPECT_EQ(Signed("/?Param1=value1"),
            "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb");
  EXPECT_EQ(Signed("/?Param2=value2&Param1=value1"),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  EXPECT_EQ(Signed("/" + EncodeUriPath("\xe1\x88\xb4")),
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
  EXPECT_EQ(Signed("/?" + EncodeUri("\xe1\x88\xb4") + "=bar"),
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
  std::string unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  EXPECT_EQ(Signed("/" + EncodeUriPath(unreserved)),
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
  EXPECT_EQ(Signed("/", {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

TEST_F(S3SignerTest, AgreesWithTheExamplesOfS3) {
  EXPECT_EQ(Signed("/test.txt", {{"Range", "bytes=0-9"}}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(Signed("/" + EncodeUriPath("test$file.text"),
                   {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                    {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                   "PUT", "Welcome to Amazon S3."),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(Signed("/?lifecycle=", {}),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(Signed("/?max-keys=2&prefix=J", {}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_F(SignerTest, SortsByNameBeforeValue) {
  EXPECT_EQ(Signed("/?a=1&a-b=2"), Signed("/?a-b=2&a=1"));
  EXPECT_EQ(Signed("/?a=2&a=1"), Signed("/?a=1&a=2"));
}

TEST(SignerHeaders, CarryHostWithPortTokenAndScope) {
  http::Request request{"GET", "http://127.0.0.1:18080/b/k", {}, ""};
  Sign(request, {"AK", "secret", "token"},
       {"eu-west-1", "s3", *ParseIsoTime("2026-01-31T23:59:59Z")});
  std::string all;
  for (const auto& [name, value] : request.headers) all += name + ": " + value + "\n";
  EXPECT_NE(all.find("Host: 127.0.0.1:18080\n"), all.npos);
  EXPECT_NE(all.find("X-Amz-Date: 20260131T235959Z\n"), all.npos);
  EXPECT_NE(all.find("X-Amz-Security-Token: token\n"), all.npos);
  EXPECT_NE(all.find("Credential=AK/20260131/eu-west-1/s3/aws4_request, "
                     "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="),
            all.npos);
  EXPECT_EQ(all.find("secret"), all.npos);
}

}  // namespace
}  // namespace sluice
