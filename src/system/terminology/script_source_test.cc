#include "system/terminology/script_source.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "bytes/byte_source_testing.h"
#include "engine/limits.h"

namespace sluice::ocl {
namespace {

using Lines = std::vector<std::string>;

class ScriptSourceTest : public testing::Test {
 protected:
  Lines Read(const std::string& text) {
    StringSource source(text, 3);
    BufferPool blocks(2 * limits::kBlockBytes), large(limits::kLargeRecordPoolBytes);
    Stop stop;
    auto reader = OpenScript(source, {blocks, large, stop});
    Lines lines;
    RecordBlock block;
    while (reader->Read(block)) {
      for (const Record& record : block.records) lines.emplace_back(record.bytes);
    }
    return lines;
  }

  // The code of the error that reading ends with; its message must have `words`.
  std::string CodeOf(const std::string& text, const std::string& words) {
    try {
      Read(text);
    } catch (const Error& error) {
      EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
      EXPECT_EQ(error.scope(), Scope::kObject);
      return error.code();
    }
    return "";
  }
};

TEST_F(ScriptSourceTest, LeavesLinesOfJsonAsTheyAre) {
  EXPECT_EQ(Read("{\"type\": \"Concept\"}\nresource_type\n\n[]"),
            (Lines{R"({"type": "Concept"})", "resource_type", "[]"}));
  EXPECT_EQ(Read(R"({"resource_type": "x", "a": 1})"),
            (Lines{R"({"resource_type": "x", "a": 1})"}));
  EXPECT_EQ(Read("alpha2,English\naa,Afar\n"), (Lines{"alpha2,English", "aa,Afar"}));
  EXPECT_EQ(Read(""), Lines());
}

TEST_F(ScriptSourceTest, MakesEachRowALineOfItsType) {
  EXPECT_EQ(Read("\xef\xbb\xbfresource_type,id,name,owner_id\r\n"
                 "Organization,O,\"The \"\"O\"\"\",\r\n"
                 "Source,S,one,O\r\n"),
            (Lines{R"({"type": "Organization", "__row": 2, "id": "O", "name": "The \"O\"", )"
                   R"("public_access": "View"})",
                   R"({"type": "Source", "__row": 3, "id": "S", "owner": "O", )"
                   R"("owner_type": "Organization", "name": "one", "full_name": "one", )"
                   R"("public_access": "View", "default_locale": "en", )"
                   R"("supported_locales": "en"})"}));
}

TEST_F(ScriptSourceTest, PutsWhatIsReferredToFirst) {
  Lines lines = Read(
      "resource_type,id,owner_id,source,to_concept_url,collection_url,data:expressions\n"
      "Source Version,v1,O,S,,,\n"
      "Reference,,,,,/orgs/O/collections/C/,\"/a/,/b/\"\n"
      "Mapping,,O,S,/c/,,\n"
      "Concept,A,O,S,,,\n"
      "Collection,C,O,,,,\n"
      "Source,S,O,,,,\n"
      "Organization,O,,,,,\n");
  ASSERT_EQ(lines.size(), 7);
  const char* types[] = {"Organization", "Source",    "Collection",    "Concept",
                         "Mapping",      "Reference", "Source Version"};
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_TRUE(lines[i].starts_with(std::string(R"({"type": ")") + types[i] + '"')) << lines[i];
    EXPECT_NE(lines[i].find("\"__row\": " + std::to_string(8 - i)), std::string::npos) << lines[i];
  }
  EXPECT_NE(lines[5].find(R"("references": ["/a/", "/b/"])"), std::string::npos) << lines[5];
}

TEST_F(ScriptSourceTest, GivesAConceptItsNamesDescriptionsAndAttributes) {
  EXPECT_EQ(
      Read("resource_type,id,owner_id,source,concept_class,retired,name,name[fr],name_locale[fr],"
           "name[x],description[1],parent_concept_urls[0],attr:a,attr:n:int,attr:l:list,"
           "attr_key[1],attr_value[1],attr:j:json,unknown\n"
           "Concept,A,O,S,Test,FALSE,one,un,fr,,text,/p/,b,7,\"[1, "
           "2]\",k,v,\"{\"\"x\"\":\n1}\",u\n"),
      (Lines{R"({"type": "Concept", "__row": 2, "id": "A", "owner": "O", )"
             R"("owner_type": "Organization", "source": "S", "concept_class": "Test", )"
             R"("datatype": "None", "retired": false, "parent_concept_urls": ["/p/"], "names": )"
             R"([{"name": "one", "locale": "en", "locale_preferred": true, "name_type": )"
             R"("Fully Specified"}, {"name": "un", "locale": "fr"}], "descriptions": )"
             R"([{"description": "text", "locale": "en"}], "extras": {"a": "b", "n": 7, )"
             R"("l": ["1", "2"], "j": {"x": 1}, "k": "v"}})"}));
}

TEST_F(ScriptSourceTest, MakesTheMappingsOfAConceptsRow) {
  Lines lines = Read(
      "resource_type,id,owner_id,source,map_type[1],map_to_concept_id[1],map_to_concept_url[2],"
      "map_from_concept_id[2],extmap_to_concept_owner_id[q],extmap_to_concept_source[q],"
      "extmap_to_concept_id[q],extmap_to_concept_name[q]\n"
      "Concept,A,O,S,Narrower,B/2,/to/,/from/,CIEL,CIEL,116128,Malaria\n"
      "Concept,B,O,S,,,,,,,,\n");
  ASSERT_EQ(lines.size(), 5);
  std::string begin = R"({"type": "Mapping", "__row": 2, "owner": "O", "owner_type": )"
                      R"("Organization", "source": "S", "map_type": )";
  EXPECT_EQ(lines[2], begin + R"("Narrower", "from_concept_url": "/orgs/O/sources/S/concepts/A/", )"
                              R"("to_concept_url": "/orgs/O/sources/S/concepts/B%2F2/"})");
  EXPECT_EQ(lines[3],
            begin + R"("Same As", "from_concept_url": "/from/", "to_concept_url": "/to/"})");
  EXPECT_EQ(lines[4], begin + R"("Same As", "to_concept_name": "Malaria", "from_concept_url": )"
                              R"("/orgs/O/sources/S/concepts/A/", "to_source_url": )"
                              R"("/orgs/CIEL/sources/CIEL/", "to_concept_code": "116128"})");
}

TEST_F(ScriptSourceTest, MakesMappingsOfRowsOfTheirOwn) {
  Lines lines = Read(
      "resource_type,owner_id,owner_type,source,map_target,from_concept_id,to_concept_id,"
      "to_concept_source,sort_weight\n"
      "Mapping,u,User,S,,A,B,T,2.5\n"
      "Mapping,u,User,S,External,A,B,T,\n"
      "External Mapping,u,User,S,,A,B,T,\n");
  ASSERT_EQ(lines.size(), 3);
  EXPECT_EQ(lines[0], R"({"type": "Mapping", "__row": 2, "owner": "u", "owner_type": "User", )"
                      R"("source": "S", "map_type": "Same As", "sort_weight": 2.5, )"
                      R"("from_concept_url": "/users/u/sources/S/concepts/A/", )"
                      R"("to_concept_url": "/users/u/sources/T/concepts/B/"})");
  std::string external = R"("to_source_url": "/users/u/sources/T/", "to_concept_code": "B"})";
  EXPECT_TRUE(lines[1].ends_with(external)) << lines[1];
  EXPECT_TRUE(lines[2].ends_with(external)) << lines[2];
}

TEST_F(ScriptSourceTest, LosesNoRow) {
  EXPECT_EQ(Read("resource_type,id\nFoobar,x\n,y\n,\nSource,\n"),
            (Lines{R"({"type": "Foobar", "__row": 2})", R"({"__row": 3})",
                   R"({"type": "Source", "__row": 5, "owner_type": "Organization", )"
                   R"("public_access": "View", "default_locale": "en", )"
                   R"("supported_locales": "en"})"}));
  EXPECT_EQ(Read("resource_type,id,name\nOrganization,x\nOrganization,y,z,,\n").size(), 2);
}

TEST_F(ScriptSourceTest, RefusesATableWholeWhoseRowsCannotBeRead) {
  EXPECT_EQ(CodeOf("resource_type,id\nSource,\"a\n", "line 2, which starts at byte 17"),
            "quote-open");
  EXPECT_EQ(CodeOf("resource_type,id\nSource,a\"b\n", "line 2"), "quote-stray");
  EXPECT_EQ(CodeOf("resource_type,id\n\nSource,a,b\n", "line 3"), "column-count");
  EXPECT_EQ(CodeOf("resource_type,id\nSource,\xff\n", "line 2"), "text-utf8");
  EXPECT_EQ(CodeOf("resource_type,id,id\n", "'id'"), "csv-header");
  EXPECT_EQ(CodeOf("resource_type,id,attr:n:int\nOrganization,O,1.5\n", "'n'"), "csv-value");
  EXPECT_EQ(CodeOf("resource_type,id,retired\nConcept,O,maybe\n", "'retired'"), "csv-value");
}

TEST_F(ScriptSourceTest, KeepsMoreOnDiskThanBuffersHold) {
  std::string table = "resource_type,id,name\n";
  for (int i = 0; i < 20'000; ++i) {
    table += "Organization,o" + std::to_string(i) + ",x\nCollection,c" + std::to_string(i) + ",x\n";
  }
  Lines lines = Read(table);
  ASSERT_EQ(lines.size(), 40'000);
  EXPECT_NE(lines[19'999].find("\"o19999\""), std::string::npos);
  EXPECT_NE(lines[20'000].find("\"c0\""), std::string::npos);
}

}  // namespace
}  // namespace sluice::ocl
