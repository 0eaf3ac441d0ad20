#include "app/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/unit.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Action = PlannedObject::Action;

Listed Object(const std::string& label, uint64_t size) {
  Listed listed;
  listed.object.ref = {"https://s3", "b", label + ".000.ndjson", "e"};
  listed.object.size_bytes = size;
  listed.where = {label, "fhir:public." + label, ""};
  return listed;
}

Listed Stranger() {
  Listed listed = Object("users", 10);
  listed.where = {"", "", "does not start with the name of a FHIR resource type"};
  return listed;
}

PlanTotals Totals(uint64_t objects, uint64_t size) {
  PlanTotals totals;
  totals.ledger_asked = true;
  for (uint64_t i = 0; i < objects; ++i) {
    totals.Add(PlanObject(Object("patient", size), Foreseen::kLoad, ChangedPolicy::kError),
               Foreseen::kLoad);
  }
  return totals;
}

TEST(PlanTest, EachObjectHasItsActionAndWhy) {
  struct Case {
    Foreseen foreseen;
    ChangedPolicy policy;
    Action action;
    const char* why;
  };
  const Case cases[] = {
      {Foreseen::kLoad, ChangedPolicy::kError, Action::kLoad, "new"},
      {Foreseen::kAlreadyLoaded, ChangedPolicy::kReload, Action::kSkip, "already loaded"},
      {Foreseen::kDead, ChangedPolicy::kError, Action::kSkip,
       "failed before; sluice retry would try it again"},
      {Foreseen::kChanged, ChangedPolicy::kError, Action::kFail, "changed since it was loaded"},
      {Foreseen::kChanged, ChangedPolicy::kSkip, Action::kSkip,
       "changed since it was loaded; the loaded version stays"},
      {Foreseen::kChanged, ChangedPolicy::kReload, Action::kReload,
       "changed since it was loaded; this version replaces the loaded one"},
  };
  for (const Case& c : cases) {
    PlannedObject planned = PlanObject(Object("patient", 10), c.foreseen, c.policy);
    EXPECT_EQ(planned.action, c.action) << c.why;
    EXPECT_EQ(planned.why, c.why);
    EXPECT_EQ(planned.table, "public.patient");
  }
}

TEST(PlanTest, ALineSaysActionSizeObjectTableAndWhy) {
  EXPECT_EQ(PlanLine(PlanObject(Object("patient", 1500), Foreseen::kLoad, ChangedPolicy::kError)),
            "load       1.5 kB  s3://b/patient.000.ndjson -> public.patient  (new)\n");
  EXPECT_EQ(PlanLine(PlanObject(Stranger(), Foreseen::kLoad, ChangedPolicy::kError)),
            "ignore       10 B  s3://b/users.000.ndjson  (does not start with the name of a FHIR "
            "resource type)\n");
}

TEST(PlanTest, TotalsAreByTypeAndByAction) {
  PlanTotals totals = Totals(2, 1000);
  totals.Add(PlanObject(Object("group", 5), Foreseen::kChanged, ChangedPolicy::kError),
             Foreseen::kChanged);
  totals.Add(PlanObject(Stranger(), Foreseen::kLoad, ChangedPolicy::kError), Foreseen::kLoad);
  EXPECT_EQ(PlanTotalsText(totals, {"--threads 2: so"}),
            "would be loaded:\n"
            "  patient  2 objects  2.0 kB\n"
            "objects: 2 to load, 0 to skip, 1 to fail, 1 to ignore\n"
            "settings worth changing:\n"
            "  --threads 2: so\n");
  EXPECT_EQ(PlanTotalsJson(totals, {}),
            R"({"totals":{"load":{"objects":2,"bytes":2000},"reload":{"objects":0,"bytes":0},)"
            R"("skip":{"objects":0,"bytes":0},"fail":{"objects":1,"bytes":5},)"
            R"("ignore":{"objects":1,"bytes":10}},"labels":{"patient":{"objects":2,)"
            R"("bytes":2000}},"changed":1,"dead":0,"ledger_asked":true,"hints":[]})");
}

TEST(PlanTest, JsonHasAnObjectPerObject) {
  EXPECT_EQ(PlanJson(PlanObject(Object("patient", 7), Foreseen::kLoad, ChangedPolicy::kError)),
            R"({"action":"load","why":"new","object":"s3://b/patient.000.ndjson",)"
            R"("key":"patient.000.ndjson","bytes":7,"label":"patient","table":"public.patient"})");
}

TEST(PlanTest, HintsAtSettingsWorthChanging) {
  Settings settings;
  EXPECT_THAT(PlanHints(Totals(10, 100), settings, 4), IsEmpty());
  EXPECT_THAT(PlanHints(Totals(2, 100), settings, 4),
              ElementsAre("--threads 2: there are no more objects than that to load"));
  EXPECT_THAT(PlanHints(Totals(100, 100), settings, 16),
              ElementsAre("--threads 16: this machine has so many cores"));
  PlanTotals uneven = Totals(10, 100);
  uneven.Add(PlanObject(Object("patient", 9000), Foreseen::kLoad, ChangedPolicy::kError),
             Foreseen::kLoad);
  EXPECT_THAT(PlanHints(uneven, settings, 4),
              ElementsAre("smaller objects: one object is one thread's, and the largest holds "
                          "9.0 kB of 10.0 kB"));
  settings.order = Order::kByLastModified;
  EXPECT_THAT(PlanHints(Totals(10, 100), settings, 4),
              ElementsAre("--threads 1: by-last-modified is strict with one thread only"));
}

TEST(PlanTest, SaysWhetherSettingAsidePays) {
  std::map<std::string, TableSize> sizes = {{"public.patient", {.bytes = 100 * kMiB, .indexes = 2}},
                                            {"public.goal", {.bytes = 1, .indexes = 1}}};
  PlanTotals much = Totals(10, 10 * kMiB);
  EXPECT_THAT(AsideHints(much, sizes, {}),
              ElementsAre("--set-aside-indexes=auto --set-aside-primary-key: setting aside pays "
                          "for public.patient: the table of 104.9 MB grows by 100 %: rebuilding "
                          "its indexes costs less than keeping them up"));
  AsideOptions always{.indexes = AsideOptions::Indexes::kAlways};
  EXPECT_THAT(AsideHints(much, sizes, always), IsEmpty());
  EXPECT_THAT(AsideHints(Totals(1, 100), sizes, always),
              ElementsAre("--set-aside-indexes=auto: setting aside does not pay for "
                          "public.patient: 100 B are too little for a rebuild to pay"));
  EXPECT_THAT(AsideHints(much, {}, {}), IsEmpty()) << "no table is there yet";
}

TEST(PlanTest, EveryErrorPath) {
  Settings settings;
  PlanTotals totals = Totals(10, 100);
  totals.changed = 1;
  totals.dead = 2;
  EXPECT_THAT(PlanHints(totals, settings, 4),
              ElementsAre("--changed reload or skip: 1 object changed since the load",
                          "sluice retry: 2 objects failed before and will be left aside"));
  EXPECT_THAT(PlanHints(PlanTotals(), settings, 0), IsEmpty());
  EXPECT_EQ(PlanTotalsText(PlanTotals(), {}),
            "objects: 0 to load, 0 to skip, 0 to ignore\n"
            "there is no ledger yet, so every object counts as new\n");
}

}  // namespace
}  // namespace sluice
