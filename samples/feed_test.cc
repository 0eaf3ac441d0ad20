#include "samples/feed.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sluice::samples {
namespace {

using nlohmann::json;

TEST(Feed, IsNamedByItsTime) {
  EXPECT_EQ(FeedName(0), "wazedata_2017_11_01_00_00_00_000.json");
  EXPECT_EQ(FeedName(721), "wazedata_2017_11_02_00_02_00_000.json");
}

TEST(Feed, IsTheSameAgainAndAnotherWithAnotherSeed) {
  EXPECT_EQ(MakeFeed(1, 300), MakeFeed(1, 300));
  EXPECT_NE(MakeFeed(1, 300), MakeFeed(2, 300));
}

TEST(Feed, HasEverySectionAndARealFilesSize) {
  size_t bytes = 0;
  for (uint64_t number = 0; number < 720; number += 24) {
    std::string text = MakeFeed(1, number);
    bytes += text.size();
    json feed = json::parse(text);
    EXPECT_GT(feed["alerts"].size(), 5u) << number;
    EXPECT_GT(feed["jams"].size(), 10u) << number;
  }
  EXPECT_GT(bytes / 30, 40'000u);
  EXPECT_LT(bytes / 30, 100'000u);
}

TEST(Feed, HasJamsThatLast) {
  std::map<int64_t, int> files;
  for (uint64_t number = 0; number < 60; ++number) {
    std::set<int64_t> jams;
    json feed = json::parse(MakeFeed(1, number));
    for (const json& jam : feed["jams"]) jams.insert(jam["uuid"].get<int64_t>());
    EXPECT_EQ(jams.size(), feed["jams"].size()) << "each once";
    for (int64_t jam : jams) ++files[jam];
  }
  int lasting = 0;
  for (const auto& [jam, count] : files) lasting += count >= 3 ? 1 : 0;
  EXPECT_GT(lasting, static_cast<int>(files.size()) / 2);
}

}  // namespace
}  // namespace sluice::samples
