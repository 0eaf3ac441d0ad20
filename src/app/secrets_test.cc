#include "app/secrets.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

TEST(SecretsTest, HidesTheQueriesOfPresignedUrls) {
  EXPECT_EQ(WithoutSecrets("https://h/b/k?X-Amz-Signature=ab&x=y"),
            "https://h/b/k?xxxxxxxxxxxxxxxxxxxxxx");
  EXPECT_EQ(WithoutSecrets("--source=https://h/k?sig=1"), "--source=https://h/k?xxxxx");
}

TEST(SecretsTest, HidesPasswordsOfDatabaseUrls) {
  EXPECT_EQ(WithoutSecrets("postgresql://me:top@db:5432/x"), "postgresql://me:xxx@db:5432/x");
  EXPECT_EQ(WithoutSecrets("--into=postgresql://me:t@p/w@db/x"),
            "--into=postgresql://me:xxxxx@db/x");
  EXPECT_EQ(WithoutSecrets("postgresql://db/x?user=me&password=top&sslmode=require"),
            "postgresql://db/x?user=me&password=xxx&sslmode=require");
}

TEST(SecretsTest, HidesPasswordsOfKeywordStrings) {
  EXPECT_EQ(WithoutSecrets("host=db password=top user=me"), "host=db password=xxx user=me");
  EXPECT_EQ(WithoutSecrets("host=db PassWord = 'to p' user=me"),
            "host=db PassWord = xxxxx' user=me");
  EXPECT_EQ(WithoutSecrets("sslpassword=a password=b"), "sslpassword=x password=x");
}

TEST(SecretsTest, LeavesTheRestAlone) {
  for (const char* text :
       {"", "load", "s3://bucket/a?b=c", "/data/what?.ndjson", "password",
        "postgresql:///db?host=/run", "postgresql://me@db:5432/x", "a:b@c", "Patient.000.ndjson"}) {
    EXPECT_EQ(WithoutSecrets(text), text);
  }
}

TEST(SecretsTest, OverwritesTheProcesssArgumentsInPlace) {
  std::string program = "sluice", url = "https://h/k?sig=1", plain = "fhir";
  std::vector<char*> argv = {program.data(), plain.data(), url.data(), nullptr};
  HideSecrets(3, argv.data());
  EXPECT_EQ(url, "https://h/k?xxxxx");
  EXPECT_EQ(plain, "fhir");
}

TEST(SecretsTest, EveryErrorPath) {
  // Half-written secrets: no byte of them stays, and nothing outside the text is touched.
  EXPECT_EQ(WithoutSecrets("password="), "password=");
  EXPECT_EQ(WithoutSecrets("password= "), "password= ");
  EXPECT_EQ(WithoutSecrets("password='abc"), "password=xxxx");
  EXPECT_EQ(WithoutSecrets("https://h?"), "https://h?");
  EXPECT_EQ(WithoutSecrets("x://"), "x://");
  EXPECT_EQ(WithoutSecrets("postgresql://:@"), "postgresql://:@");
}

}  // namespace
}  // namespace sluice
