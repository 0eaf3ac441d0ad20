#include "http/url.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

TEST(Url, HasItsPartsAsGiven) {
  auto url = ParseUrl("HTTPS://User:pw@Host.Example:8443/a%20b/../c?x=1&y=%2F#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "host.example");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->path, "/a%20b/../c");
  EXPECT_EQ(url->query, "x=1&y=%2F");
  EXPECT_EQ(url->origin(), "https://host.example:8443");
}

TEST(Url, OriginLeavesTheUsualPortOut) {
  EXPECT_EQ(ParseUrl("https://h:443")->origin(), "https://h");
  EXPECT_EQ(ParseUrl("http://h:80/")->origin(), "http://h");
  EXPECT_EQ(ParseUrl("http://h:443/")->origin(), "http://h:443");
  EXPECT_EQ(ParseUrl("http://[::1]:80/")->origin(), "http://[::1]");
  EXPECT_EQ(ParseUrl("http://h")->path, "/");
}

TEST(Url, KnowsThisMachineByNameOnly) {
  for (const char* url : {"http://localhost/", "http://LOCALHOST:1/", "http://b.aws.localhost/",
                          "http://127.0.0.1/", "http://127.9.9.9:80/", "http://[::1]:8/"}) {
    EXPECT_TRUE(ParseUrl(url)->is_loopback()) << url;
  }
  for (const char* url : {"http://localhost.evil.com/", "http://localhost@evil.com/",
                          "http://127.0.0.1.evil.com/", "http://128.0.0.1/", "http://notlocalhost/",
                          "http://evil.com/localhost", "http://evil.com?localhost"}) {
    EXPECT_FALSE(ParseUrl(url)->is_loopback()) << url;
  }
}

TEST(Url, RefusesWhatIsNoHttpAddress) {
  for (const char* url :
       {"", "h", "//h/", "ftp://h/", "file:///x", "https://", "http://a b/", "s3://b/k"}) {
    EXPECT_FALSE(ParseUrl(url)) << url;
  }
  EXPECT_FALSE(ParseUrl(std::string_view("http://h\0.evil/", 15)));
}

TEST(Url, ResolvesALocation) {
  EXPECT_EQ(ResolveUrl("https://h/a/b?c=1", "/d?e=2"), "https://h/d?e=2");
  EXPECT_EQ(ResolveUrl("https://h/a/b", "c"), "https://h/a/c");
  EXPECT_EQ(ResolveUrl("https://h/a", "//other/x"), "https://other/x");
  EXPECT_EQ(ResolveUrl("https://h/a", "http://other/x"), "http://other/x");
  EXPECT_EQ(ResolveUrl("https://h/a", "ftp://[x"), std::nullopt);
}

TEST(Redact, KeepsNamesAndHidesValues) {
  EXPECT_EQ(Redact("https://h/p"), "https://h/p");
  EXPECT_EQ(Redact("https://h/p?X-Amz-Signature=abc&b=c=d&e=&f#g"),
            "https://h/p?X-Amz-Signature=***&b=***&e=***&***");
  EXPECT_EQ(Redact("https://user:pw@h/p@q"), "https://h/p@q");
  EXPECT_EQ(Redact("https://user:p@w@h?a@b"), "https://h?***");
  EXPECT_EQ(Redact("https://h?token"), "https://h?***");
  EXPECT_EQ(Redact("no url?k=v"), "no url?k=***");
}

}  // namespace
}  // namespace sluice::http
