#include "system/table/unload_manifest.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

std::string Code(std::string_view text) {
  try {
    ParseUnloadManifest(text);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(UnloadManifestTest, ReadsWhatUnloadWrites) {
  UnloadManifest manifest = ParseUnloadManifest(R"({"entries":[
    {"url":"s3://bangkok/us_zipcode/us_0000_part_00"},
    {"url":"s3://b/k 1","mandatory":true,"meta":{"content_length":32295,"record_count":10}}
  ]})");
  ASSERT_EQ(manifest.entries.size(), 2u);
  EXPECT_EQ(manifest.entries[0].bucket, "bangkok");
  EXPECT_EQ(manifest.entries[0].key, "us_zipcode/us_0000_part_00");
  EXPECT_FALSE(manifest.entries[0].mandatory);
  EXPECT_FALSE(manifest.entries[0].content_length);
  EXPECT_TRUE(manifest.entries[1].mandatory);
  EXPECT_EQ(manifest.entries[1].content_length, 32295u);
  EXPECT_EQ(manifest.entries[1].record_count, 10u);
  EXPECT_TRUE(manifest.schema.empty());
  EXPECT_FALSE(manifest.dialect);
}

TEST(UnloadManifestTest, ReadsTheVerboseFormAsItIsPrinted) {
  UnloadManifest manifest = ParseUnloadManifest(R"({
    "entries": [{"url":"s3://b/k", "meta": { "content_length": 32295, "record_count": 10 }},],
    "schema": {"elements": [
      {"name": "venueid", "type": { "base": "integer" }},
      {"name": "venuename", "type": { "base": "character varying", 25 }},
      {"name": "price", "type": { "base": "numeric", "precision": 12, "scale": 2 }},
      {"name": "shape", "type": { "base": "geometry" }},
      {"name": "evil", "type": { "base": "text); DROP TABLE x; --" }}
    ]},
    "meta": {"content_length": 178196, "record_count": 55},
    "author": {"name": "Amazon Redshift","version": "1.0.0"}
  })");
  EXPECT_EQ(manifest.schema, (std::vector<ColumnSpec>{{"venueid", "integer"},
                                                      {"venuename", "character varying(25)"},
                                                      {"price", "numeric(12,2)"},
                                                      {"shape", "text"},
                                                      {"evil", "text"}}));
}

TEST(UnloadManifestTest, ReadsWhatSluiceWrites) {
  UnloadManifest written;
  written.entries = {{"b", "p/x_0000_part_00.gz", true, 12, 3}};
  written.schema = {{"a", "numeric(12,2)"}, {"b", "character varying(7)"}, {"c", "jsonb"}};
  written.dialect = Dialect::Unload();
  written.dialect->escape = '\\';
  written.dialect->null = "@NULL@";
  UnloadManifest read = ParseUnloadManifest(ToJson(written));
  ASSERT_EQ(read.entries.size(), 1u);
  EXPECT_EQ(read.entries[0].key, "p/x_0000_part_00.gz");
  EXPECT_TRUE(read.entries[0].mandatory);
  EXPECT_EQ(read.entries[0].record_count, 3u);
  EXPECT_EQ(read.schema, written.schema);
  EXPECT_EQ(read.dialect, written.dialect);
}

TEST(UnloadManifestTest, EveryErrorPath) {
  EXPECT_EQ(Code("{\"entries\":[]}"), "none");
  for (const char* text :
       {"", "{", "[]", "{}", "{\"entries\":1}", "{\"entries\":[{}]}", "{\"entries\":[1]}",
        "{\"entries\":[{\"url\":\"s3://b\"}]}", "{\"entries\":[{\"url\":\"https://b/k\"}]}",
        "{\"entries\":[]} x", "{\"entries\":[],\"schema\":{\"elements\":[{}]}}"}) {
    EXPECT_EQ(Code(text), "manifest-invalid") << text;
  }
  EXPECT_EQ(Code(std::string(200, '[')), "manifest-invalid");
}

}  // namespace
}  // namespace sluice
