#include "app/server/router.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

class Routes : public ::testing::Test {
 protected:
  static std::vector<http::Route> All() {
    std::vector<http::Route> routes;
    auto add = [&](std::string method, std::string pattern) {
      routes.push_back({.method = std::move(method), .pattern = std::move(pattern), .doc = {}});
    };
    add("GET", "/imports/{import}");
    add("GET", "/imports/latest");
    add("POST", "/imports");
    add("GET", "/imports");
    add("GET", "/static/{file...}");
    add("GET", "/");
    return routes;
  }

  std::string PatternOf(std::string_view method, std::string_view target) const {
    Router::Match match = router_.Find(method, target);
    return match.route == nullptr ? "none" : match.route->pattern;
  }

  const Router router_{All()};
};

TEST_F(Routes, AreFoundByMethodAndPath) {
  EXPECT_EQ(PatternOf("GET", "/"), "/");
  EXPECT_EQ(PatternOf("GET", "/imports"), "/imports");
  EXPECT_EQ(router_.Find("POST", "/imports").route->method, "POST");
  EXPECT_EQ(PatternOf("HEAD", "/imports?limit=1"), "/imports");
}

TEST_F(Routes, PreferFixedSegmentsToNamedOnes) {
  EXPECT_EQ(PatternOf("GET", "/imports/latest"), "/imports/latest");
  EXPECT_EQ(PatternOf("GET", "/imports/7"), "/imports/{import}");
}

TEST_F(Routes, GiveTheirParametersDecoded) {
  EXPECT_EQ(router_.Find("GET", "/imports/a%2Fb%20c").parameters.at("import"), "a/b c");
  EXPECT_EQ(router_.Find("GET", "/static/a/b.js").parameters.at("file"), "a/b.js");
}

TEST_F(Routes, SayWhichMethodsAPathHas) {
  Router::Match match = router_.Find("DELETE", "/imports");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, (std::vector<std::string>{"POST", "GET"}));
}

TEST(Query, IsDecodedPairByPair) {
  auto pairs = ParseQuery("a=1&b=x+y%26z&&c&a=2");
  EXPECT_EQ(pairs, (std::vector<std::pair<std::string, std::string>>{
                       {"a", "1"}, {"b", "x y&z"}, {"c", ""}, {"a", "2"}}));
}

TEST_F(Routes, RefuseWhatFitsNone) {
  for (const char* target : {"", "imports", "/import", "/imports/", "/imports/7/8", "/static/",
                             "/imports/%zz", "//", "*"}) {
    Router::Match match = router_.Find("GET", target);
    EXPECT_EQ(match.route, nullptr) << target;
    EXPECT_TRUE(match.allowed.empty()) << target;
  }
}

}  // namespace
}  // namespace sluice
