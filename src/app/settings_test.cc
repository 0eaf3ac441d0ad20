#include "app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/option.h"
#include "base/error.h"

namespace sluice {
namespace {

using testing::ElementsAre;

std::map<std::string, std::string> variables;

const char* FakeEnvironment(const char* name) {
  auto found = variables.find(name);
  return found == variables.end() ? nullptr : found->second.c_str();
}

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override { variables.clear(); }

  static Layer Say(const std::string& name, const std::string& value) {
    return {{name, {{value}, "test"}}};
  }

  // From the weakest to the strongest.
  static Settings Apply(const std::vector<Layer>& layers) {
    Settings settings;
    for (const Layer& layer : layers) ApplyLayer(layer, settings);
    return settings;
  }
};

TEST_F(SettingsTest, FlagsBeatEnvironmentBeatsProjectBeatsUser) {
  variables["SLUICE_THREADS"] = "3";
  Layer environment = ReadEnvironment(FakeEnvironment);
  Layer user = Say("threads", "1");
  Layer project = Say("threads", "2");
  Layer flags = Say("threads", "4");
  EXPECT_EQ(Apply({user}).threads, 1);
  EXPECT_EQ(Apply({user, project}).threads, 2);
  EXPECT_EQ(Apply({user, project, environment}).threads, 3);
  EXPECT_EQ(Apply({user, project, environment, flags}).threads, 4);
}

TEST_F(SettingsTest, AStrongerListReplacesAWeakerOne) {
  Layer user = {{"prefix", {{"a/", "b/"}, "test"}}};
  EXPECT_THAT(Apply({user, Say("prefix", "c/")}).prefixes, ElementsAre("c/"));
}

TEST_F(SettingsTest, TheDatabasesVariableHasANameOfItsOwn) {
  variables["SLUICE_DATABASE_URL"] = "postgresql:///db";
  EXPECT_EQ(Apply({ReadEnvironment(FakeEnvironment)}).into, "postgresql:///db");
}

TEST_F(SettingsTest, TheVariablesOfTheAwsToolsCount) {
  variables["AWS_ENDPOINT_URL"] = "http://general";
  variables["AWS_DEFAULT_REGION"] = "eu-west-1";
  Settings settings = Apply({Say("region", "weak"), ReadEnvironment(FakeEnvironment)});
  EXPECT_EQ(settings.s3_endpoint, "http://general");
  EXPECT_EQ(settings.region, "eu-west-1");
  variables["AWS_ENDPOINT_URL_S3"] = "http://s3";
  EXPECT_EQ(Apply({ReadEnvironment(FakeEnvironment)}).s3_endpoint, "http://s3");
  variables["SLUICE_S3_ENDPOINT"] = "http://ours";
  EXPECT_EQ(Apply({ReadEnvironment(FakeEnvironment)}).s3_endpoint, "http://ours");
}

TEST_F(SettingsTest, AProfileOfTheEnvironmentIsLeftToTheStoreButSilencesTheFiles) {
  variables["AWS_PROFILE"] = "mine";
  Layer environment = ReadEnvironment(FakeEnvironment);
  EXPECT_EQ(Apply({Say("profile", "of the file"), environment}).profile, "");
  EXPECT_EQ(Apply({environment, Say("profile", "of the flag")}).profile, "of the flag");
}

TEST_F(SettingsTest, AnEmptyVariableSaysNothing) {
  variables["SLUICE_THREADS"] = "";
  variables["AWS_PROFILE"] = "";
  EXPECT_TRUE(ReadEnvironment(FakeEnvironment).empty());
}

TEST_F(SettingsTest, DeedsAreNotReadFromTheEnvironment) {
  variables["SLUICE_DRY_RUN"] = "true";
  variables["SLUICE_CONFIG"] = "x";
  EXPECT_TRUE(ReadEnvironment(FakeEnvironment).empty());
}

TEST_F(SettingsTest, VerboseCountsItsFlags) {
  Layer twice = {{"verbose", {{"true", "true"}, "-v"}}};
  EXPECT_EQ(Apply({twice}).verbose, 2);
}

TEST_F(SettingsTest, EveryOptionHasAHelpAndAnHonestChoice) {
  for (const Option& option : AllOptions()) {
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_EQ(FindOption(option.name), &option) << "twice: " << option.name;
    for (std::string_view word : option.choices()) {
      Settings settings;
      EXPECT_NO_THROW(option.apply(settings, {std::string(word)})) << option.name << " " << word;
    }
  }
}

TEST_F(SettingsTest, EveryErrorPath) {
  variables["SLUICE_THREADS"] = "257";
  try {
    Apply({ReadEnvironment(FakeEnvironment), Say("threads", "1")});
    FAIL() << "a bad value counts even where it is overridden";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "setting-invalid");
    EXPECT_EQ(error.message(),
              "SLUICE_THREADS: threads must be a whole number from 0 to 256, not '257'");
  }
  const std::pair<const char*, const char*> refused[] = {
      {"threads", "-1"}, {"threads", "4x"},      {"threads", ""},      {"limit", "0"},
      {"attempts", "0"}, {"attempts", "1001"},   {"into", ""},         {"order", "random"},
      {"lease", "999"},  {"read-timeout", "-1"}, {"progress", "loud"}, {"json", "perhaps"},
      {"state", "gone"}, {"verbose", "much"},
  };
  for (const auto& [name, value] : refused) {
    EXPECT_THROW(Apply({Say(name, value)}), Error) << name << " " << value;
  }
}

}  // namespace
}  // namespace sluice
