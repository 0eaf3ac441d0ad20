#include "system/terminology/script_line.h"

#include <gtest/gtest.h>

#include "bytes/corpus_testing.h"
#include "system/terminology/script_line_fuzz_testing.h"

namespace sluice::ocl {
namespace {

ScriptLine Read(const std::string& text) {
  static LineReader reader;
  static std::string padded;  // lines point into it
  padded = text + std::string(Buffer::kPadding, ' ');
  return reader.Read(1, std::string_view(padded).substr(0, text.size()));
}

TEST(ScriptLineTest, SaysWhatALineSpeaksOf) {
  ScriptLine line =
      Read(R"({"type": "Mapping", "owner": "O", "source": "S", "map_type": "Same As", )"
           R"("__action": "NEW", "from_concept_url": "/orgs/O/sources/S/concepts/A/", )"
           R"("to_source_url": "/users/u/sources/T", "to_concept_code": "B"})");
  EXPECT_EQ(line.fault, "");
  EXPECT_EQ(line.directive, Directive::kCreate);
  EXPECT_EQ(line.repo_url, "/orgs/O/sources/S/");
  EXPECT_EQ(line.object_url, "/orgs/O/sources/S/mappings/");
  EXPECT_EQ(line.target, "/users/u/sources/T/\nB");
  ASSERT_EQ(line.items.size(), 1);
  EXPECT_EQ(line.items[0].id, "A");
  EXPECT_EQ(Read(R"({"type": "Concept", "id": 5, "owner": "u", "owner_type": "User",)"
                 R"( "source": "S"})")
                .object_url,
            "/users/u/sources/S/concepts/5/");
}

TEST(ScriptLineTest, ReplaysTheSeedsOfTheFuzzTarget) {
  auto seeds = Corpus("script_line_fuzz");
  ASSERT_GE(seeds.size(), 12);
  for (const std::string& seed : seeds) {
    FuzzScriptLine(seed);
    for (size_t size = 0; size < std::min<size_t>(seed.size(), 400); size += 3) {
      FuzzScriptLine(seed.substr(0, size));  // cut off anywhere
    }
  }
}

TEST(ScriptLineTest, EveryErrorPath) {
  EXPECT_NE(Read("{").fault.find("Invalid JSON on line 1"), std::string::npos);
  EXPECT_EQ(Read("[]").fault, "Line 1 is not a JSON object");
  EXPECT_EQ(Read("{}").fault, "No 'type' attribute: {}");
  EXPECT_EQ(Read(R"({"type": "concept"})").fault,
            "Unrecognized 'type' attribute 'concept' for object: {\"type\": \"concept\"}");
  EXPECT_EQ(Read(R"({"type": "Organization"})").fault, "No 'id' attribute");
  EXPECT_EQ(Read(R"({"type": "Organization", "id": "O", "__action": "X"})").fault,
            "Unrecognized '__action' 'X'");
  EXPECT_NE(Read(R"({"type": "Concept", "id": "C"})").fault.find("No valid owner"),
            std::string::npos);
  EXPECT_NE(Read(R"({"type": "Concept", "id": "C", "owner": "O"})").fault.find("No valid source"),
            std::string::npos);
}

}  // namespace
}  // namespace sluice::ocl
