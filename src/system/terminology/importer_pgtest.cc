#include "system/terminology/importer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "system/terminology/random_script_testing.h"
#include "system/terminology/store_testing.h"

namespace sluice::ocl {
namespace {

using ImporterTest = StoreTest;

// Where two texts part, by line.
std::string FirstDifference(const std::string& a, const std::string& b) {
  size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  size_t begin = a.rfind('\n', at == 0 ? 0 : at - 1);
  begin = begin == std::string::npos ? 0 : begin + 1;
  return a.substr(begin, 600) + "\n--- other ---\n" + b.substr(begin, 600);
}

TEST_F(ImporterTest, BatchesGiveWhatOneLineAtATimeGives) {
  // OCL_SEEDS=1-500 looks at more scripts than a test run has time for.
  uint32_t first = 52, last = 52;
  if (const char* seeds = std::getenv("OCL_SEEDS")) std::sscanf(seeds, "%u-%u", &first, &last);
  constexpr int kLines = 150;
  for (uint32_t seed = first; seed <= last; ++seed) {
    std::string script = RandomScript(seed, kLines);
    Empty();
    AddUser("joe");
    Import(script, {.batch = 1});
    Import(script, {.user = "joe", .batch = 1, .task = "00000000-0000-4000-8000-000000000002"});
    std::string one_by_one = Dump();
    EXPECT_EQ(one_by_one.find("Unexpected error"), std::string::npos) << "seed " << seed;
    for (size_t batch : {7, 1000}) {
      Empty();
      AddUser("joe");
      Import(script, {.batch = batch});
      Import(script,
             {.user = "joe", .batch = batch, .task = "00000000-0000-4000-8000-000000000002"});
      std::string in_batches = Dump();
      EXPECT_TRUE(in_batches == one_by_one) << "seed " << seed << ", batches of " << batch << "\n"
                                            << FirstDifference(one_by_one, in_batches);
    }
  }
}

constexpr char kWorld[] =
    R"({"type": "Organization", "id": "A", "name": "A"})"
    "\n"
    R"({"type": "Source", "id": "S", "name": "S", "owner": "A"})"
    "\n"
    R"({"type": "Concept", "id": "C1", "source": "S", "owner": "A", "concept_class": "Misc", )"
    R"("datatype": "N/A", "names": [{"name": "one", "locale": "en"}]})"
    "\n"
    R"({"type": "Concept", "id": "C2", "source": "S", "owner": "A", "concept_class": "Misc", )"
    R"("datatype": "N/A", "names": [{"name": "two", "locale": "en"}]})"
    "\n";

std::string Concept(const std::string& more) {
  return Line("Concept", R"("source": "S", "owner": "A", )" + more);
}

TEST_F(ImporterTest, TheSpecificationsExampleCreatesAllThree) {
  std::string script =
      R"({"type": "Organization", "id": "MyOrg", "name": "My Demo Organization"})"
      "\n"
      R"({"type": "Source", "id": "MyTestSource", "short_code": "MyTestSource", )"
      R"("name": "My Test Source", "full_name": "My Test Source", "owner": "MyOrg", )"
      R"("owner_type": "Organization", "description": "Using this source just for testing )"
      R"(purposes", "source_type": "Dictionary", "public_access": "View", "default_locale": "en", )"
      R"("supported_locales": "en", "custom_validation_schema": "None"})"
      "\n"
      R"({"type": "Concept", "retired": false, "datatype": "None", )"
      R"("concept_class": "Disaggregate", "source": "MyTestSource", "extras": null, )"
      R"("descriptions": null, "owner": "MyOrg", "owner_type": "Organization", )"
      R"("external_id": "HSpL3hSBx6F", "id": "HSpL3hSBx6F", "names": [{"locale": "en", )"
      R"("locale_preferred": true, "external_id": null, "name": "50+, Male, Negative", )"
      R"("name_type": "Fully Specified"}]})"
      "\n";
  EXPECT_EQ(Codes(script), "NEW 201, NEW 201, NEW 201");
  EXPECT_EQ(Codes(script), "UPDATE 200, UPDATE 200, UPDATE 200");
  EXPECT_EQ(One("SELECT version FROM ocl.concept"), "1");
}

TEST_F(ImporterTest, DirectivesOnWhatIsThereAndWhatIsNot) {
  Import(kWorld);
  session().Exec("DELETE FROM ocl.result");
  std::string there, absent;
  for (const char* action : {"CREATE", "NEW", "UPDATE", "SKIP", "DELETE", "DELETE",
                             "DELETE_IF_EXISTS", "UPDATE", "NONSENSE"}) {
    std::string members =
        fmt::format(R"("concept_class": "Misc", "datatype": "N/A", "__action": "{}")", action);
    there += Concept(R"("id": "C1", )" + members);
  }
  for (const char* action : {"UPDATE", "SKIP", "DELETE", "DELETE_IF_EXISTS"}) {
    absent += Concept(fmt::format(R"("id": "Cx", "__action": "{}")", action));
  }
  EXPECT_EQ(Codes(there),
            "NEW 400, NEW 400, UPDATE 200, SKIP skip, DELETE 204, DELETE 400, SKIP skip, "
            "UPDATE 200, SKIP skip");
  EXPECT_EQ(Codes(absent), "UPDATE 404, SKIP skip, DELETE 404, SKIP skip");
}

TEST_F(ImporterTest, UpdateIfExistsFalseBlocksUpdatesOnly) {
  Import(kWorld);
  session().Exec("DELETE FROM ocl.result");
  std::string update = Concept(R"("id": "C1", "datatype": "Text")");
  std::string create = Concept(R"("id": "C9", "concept_class": "Misc", "datatype": "N/A", )"
                               R"("names": [{"name": "nine", "locale": "en"}])");
  std::string remove = Concept(R"("id": "C2", "__action": "DELETE")");
  EXPECT_EQ(Codes(update + create + remove, {.update_if_exists = false}),
            "SKIP skip, NEW 201, DELETE 204");
}

TEST_F(ImporterTest, ARepeatedMappingIsAnUpdateAndAnExplicitCreateIsRefused) {
  std::string members = R"("source": "S", "owner": "A", "map_type": "Same As", )"
                        R"("from_concept_url": "/orgs/A/sources/S/concepts/C1/", )"
                        R"("to_concept_url": "/orgs/A/sources/S/concepts/C2/")";
  EXPECT_EQ(Codes(kWorld + Line("Mapping", members) + Line("Mapping", members) +
                  Line("Mapping", members + R"(, "__action": "CREATE")") +
                  Line("Mapping", members + R"(, "__action": "DELETE")") +
                  Line("Mapping", members + R"(, "__action": "DELETE")")),
            "NEW 201, NEW 201, NEW 201, NEW 201, NEW 201, UPDATE 200, NEW 400, DELETE 204, "
            "DELETE 204");
}

TEST_F(ImporterTest, ReferencesPinWhatTheirLineSees) {
  std::string put = R"({"type": "Reference", "collection_url": "/orgs/A/collections/K/", )"
                    R"("data": {"expressions": ["/orgs/A/sources/S/concepts/C1/"]}})"
                    "\n";
  Import(kWorld + Line("Collection", R"("id": "K", "name": "K", "owner": "A")") + put +
         Concept(R"("id": "C1", "datatype": "Text")") + put);
  EXPECT_EQ(One("SELECT version FROM ocl.reference"), "1");
  EXPECT_EQ(One("SELECT message FROM ocl.result WHERE line = 8"),
            R"([{"message": "Concept or Mapping reference name must be unique in a collection.", )"
            R"("added": false, "expression": "/orgs/A/sources/S/concepts/C1/"}])");
}

TEST_F(ImporterTest, TestModeLeavesNoTrace) {
  Import(kWorld);
  std::string before = Dump();
  std::string sequence = One("SELECT last_value FROM ocl.object_id");
  std::string script = Line("Organization", R"("id": "Z", "name": "Z")") +
                       Line("Source", R"("id": "S", "name": "S", "owner": "Z")") +
                       Line("Organization", R"("id": "A", "__action": "DELETE")");
  std::vector<LineResult> results =
      Import(script, {.test_mode = true, .task = "00000000-0000-4000-8000-00000000000b"});
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].status_code + results[1].status_code + results[2].status_code, "201201200");
  EXPECT_EQ(Dump(), before);
  EXPECT_EQ(One("SELECT last_value FROM ocl.object_id"), sequence);
}

TEST_F(ImporterTest, OneLineThatTheDatabaseRefusesIsOneSkip) {
  Import(kWorld);
  session().Exec(
      "ALTER TABLE ocl.concept_version ADD CHECK (external_id IS DISTINCT FROM 'cursed')");
  std::string script;
  for (int i = 0; i < 20; ++i) {
    script += Concept(fmt::format(R"("id": "N{}", "concept_class": "Misc", "datatype": "N/A", )"
                                  R"("external_id": "{}", )"
                                  R"("names": [{{"name": "n", "locale": "en"}}])",
                                  i, i == 13 ? "cursed" : "fine"));
  }
  std::vector<LineResult> results =
      Import(script, {.task = "00000000-0000-4000-8000-00000000000a"});
  ASSERT_EQ(results.size(), 20U);
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].status_code, i == 13 ? "skip" : "201") << i;
    EXPECT_EQ(results[i].line, i + 1);
  }
}

TEST_F(ImporterTest, AnOrgWhoseConceptsOthersUseStaysWhole) {
  std::string script = kWorld + Line("Collection", R"("id": "K", "name": "K", "owner": "A")") +
                       Line("Organization", R"("id": "B", "name": "B")") +
                       Line("Collection", R"("id": "K", "name": "K", "owner": "B")") +
                       R"({"type": "Reference", "collection_url": "/orgs/B/collections/K/", )"
                       R"("data": {"expressions": ["/orgs/A/sources/S/concepts/C1/"]}})"
                       "\n" +
                       Line("Organization", R"("id": "A", "__action": "DELETE")") +
                       Line("Organization", R"("id": "B", "__action": "DELETE")") +
                       Line("Organization", R"("id": "A", "__action": "DELETE")");
  EXPECT_EQ(Codes(script),
            "NEW 201, NEW 201, NEW 201, NEW 201, NEW 201, NEW 201, NEW 201, NEW 200, DELETE 400, "
            "DELETE 200, DELETE 200");
  EXPECT_EQ(One("SELECT count(*) FROM ocl.repo"), "0");
}

}  // namespace
}  // namespace sluice::ocl
