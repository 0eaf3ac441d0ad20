#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/option.h"
#include "base/error.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Refusal(const std::vector<std::string>& words) {
  try {
    ParseCommandLine(words);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "usage");
    EXPECT_THAT(error.remedy(), HasSubstr("--help"));
    return error.message();
  }
  return "accepted";
}

TEST(CommandLineTest, TakesACommandApart) {
  Parsed parsed = ParseCommandLine({"load", "fhir", "s3://a/x", "--threads", "8", "s3://b",
                                    "--s3-path-style", "--changed=skip", "-q"});
  ASSERT_NE(parsed.command, nullptr);
  EXPECT_EQ(parsed.command->name, "load");
  EXPECT_THAT(parsed.arguments.at("SYSTEM"), ElementsAre("fhir"));
  EXPECT_THAT(parsed.arguments.at("SOURCE"), ElementsAre("s3://a/x", "s3://b"));
  EXPECT_THAT(parsed.flags.at("threads").values, ElementsAre("8"));
  EXPECT_THAT(parsed.flags.at("changed").values, ElementsAre("skip"));
  EXPECT_THAT(parsed.flags.at("s3-path-style").values, ElementsAre("true"));
  EXPECT_EQ(parsed.flags.at("threads").where, "--threads");
  EXPECT_EQ(parsed.flags.size(), 4u);
}

TEST(CommandLineTest, ARepeatedFlagTakesOneValueEach) {
  Parsed parsed = ParseCommandLine({"load", "--prefix", "a/", "--prefix", "b/", "fhir", "s3://x"});
  EXPECT_THAT(parsed.flags.at("prefix").values, ElementsAre("a/", "b/"));
  EXPECT_THAT(parsed.arguments.at("SOURCE"), ElementsAre("s3://x"));
}

TEST(CommandLineTest, AFlagThatMayStandAloneDoesNotTakeTheNextWord) {
  Parsed parsed = ParseCommandLine({"load", "--set-aside-indexes", "fhir", "s3://x"});
  EXPECT_THAT(parsed.flags.at("set-aside-indexes").values, ElementsAre("always"));
  EXPECT_THAT(parsed.arguments.at("SYSTEM"), ElementsAre("fhir"));
  parsed = ParseCommandLine({"load", "fhir", "--set-aside-indexes=auto", "s3://x"});
  EXPECT_THAT(parsed.flags.at("set-aside-indexes").values, ElementsAre("auto"));
  EXPECT_NE(Refusal({"load", "fhir", "x", "--set-aside-indexes", "--set-aside-indexes"}),
            "accepted");
}

TEST(CommandLineTest, ASourceMayBeNamedLikeACommand) {
  Parsed parsed = ParseCommandLine({"load", "fhir", "status", "pg", "load"});
  EXPECT_EQ(parsed.command->name, "load");
  EXPECT_THAT(parsed.arguments.at("SOURCE"), ElementsAre("status", "pg", "load"));
}

TEST(CommandLineTest, WhatFollowsTwoDashesIsPsqls) {
  Parsed parsed = ParseCommandLine(
      {"pg", "psql", "--", "-AtXq", "-F", " ", "-c", "SELECT 1", "--help", "start"});
  EXPECT_EQ(parsed.command->name, "pg psql");
  EXPECT_THAT(parsed.arguments.at("ARGS"),
              ElementsAre("-AtXq", "-F", " ", "-c", "SELECT 1", "--help", "start"));
  EXPECT_TRUE(ParseCommandLine({"pg", "psql"}).arguments["ARGS"].empty());
}

TEST(CommandLineTest, CountsVerboseFlags) {
  EXPECT_EQ(ParseCommandLine({"load", "fhir", "x", "-vv"}).flags.at("verbose").values.size(), 2u);
  Parsed apart = ParseCommandLine({"load", "fhir", "x", "-v", "--verbose"});
  EXPECT_EQ(apart.flags.at("verbose").values.size(), 2u);
}

TEST(CommandLineTest, AnOptionalArgumentMayBeLeftOut) {
  EXPECT_TRUE(ParseCommandLine({"status"}).arguments.empty());
  EXPECT_THAT(ParseCommandLine({"status", "3"}).arguments.at("IMPORT"), ElementsAre("3"));
}

TEST(CommandLineTest, NamesTheConfigFile) {
  EXPECT_EQ(ParseCommandLine({"status", "--config", "x.yaml"}).config, "x.yaml");
}

TEST(CommandLineTest, HelpIsAnAnswer) {
  for (const Command& command : AllCommands()) {
    std::vector<std::string> words;
    std::string name(command.name);
    if (size_t space = name.find(' '); space != std::string::npos) {
      words = {name.substr(0, space), name.substr(space + 1), "--help"};
    } else {
      words = {name, "-h"};
    }
    Parsed parsed = ParseCommandLine(words);
    EXPECT_EQ(parsed.command, nullptr);
    EXPECT_THAT(parsed.text, HasSubstr("sluice " + name)) << name;
    for (std::string_view option : command.options) {
      EXPECT_THAT(parsed.text, HasSubstr("--" + std::string(option))) << name;
    }
  }
  EXPECT_THAT(ParseCommandLine({"--help"}).text, HasSubstr("completion"));
}

TEST(CommandLineTest, EveryOptionOfACommandIsInTheTable) {
  for (const Command& command : AllCommands()) {
    for (std::string_view name : command.options) {
      const Option* option = FindOption(name);
      ASSERT_NE(option, nullptr) << command.name << " " << name;
      EXPECT_NE(option->place, Option::Place::kFileOnly) << name;
    }
  }
}

TEST(CommandLineTest, EveryErrorPath) {
  EXPECT_NE(Refusal({}), "accepted");
  EXPECT_EQ(Refusal({"frobnicate"}), "there is no command 'frobnicate'");
  EXPECT_NE(Refusal({"pg"}), "accepted");
  EXPECT_EQ(Refusal({"pg", "restart"}), "there is no command 'pg restart'");
  EXPECT_THAT(Refusal({"load"}), HasSubstr("SYSTEM"));
  EXPECT_THAT(Refusal({"load", "fhir"}), HasSubstr("SOURCE"));
  EXPECT_NE(Refusal({"load", "fhir", "x", "--threads"}), "accepted");
  EXPECT_NE(Refusal({"load", "fhir", "x", "--threads", "1", "--threads", "2"}), "accepted");
  EXPECT_NE(Refusal({"status", "1", "2"}), "accepted");
  EXPECT_NE(Refusal({"completion", "tcsh"}), "accepted");
  // Settings of files are no flags; flags of later versions are unknown rather than ignored.
  for (const char* flag : {"--lease=1", "--password=x"}) {
    EXPECT_THAT(Refusal({"load", "fhir", "x", flag}), HasSubstr("not expected")) << flag;
  }
}

}  // namespace
}  // namespace sluice
