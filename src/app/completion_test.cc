#include "app/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "app/command.h"
#include "app/option.h"
#include "base/source_dir_testing.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

// The part of `text` from `start` to the next `end`.
std::string Part(const std::string& text, const std::string& start, const std::string& end) {
  size_t from = text.find(start);
  if (from == std::string::npos) return "";
  return text.substr(from, text.find(end, from + start.size()) - from);
}

TEST(CompletionTest, BashKnowsEveryCommandAndFlag) {
  std::string bash = BashCompletion();
  for (const Command& command : AllCommands()) {
    std::string part = Part(bash, "'" + std::string(command.name) + "')\n", ";;");
    ASSERT_FALSE(part.empty()) << command.name;
    for (std::string_view name : command.options) {
      EXPECT_THAT(part, HasSubstr(" --" + std::string(name))) << command.name;
    }
  }
  EXPECT_THAT(bash, HasSubstr("pg) choices='start stop url psql'"));
  EXPECT_THAT(bash, HasSubstr("[--changed]='error skip reload'"));
  EXPECT_THAT(bash, HasSubstr("choices='bash zsh fish man'"));
}

TEST(CompletionTest, ZshKnowsEveryCommandAndFlag) {
  std::string zsh = ZshCompletion();
  for (const Command& command : AllCommands()) {
    std::string part = Part(zsh, "'" + std::string(command.name) + "')\n", ";;");
    ASSERT_FALSE(part.empty()) << command.name;
    for (std::string_view name : command.options) {
      EXPECT_THAT(part, HasSubstr("'--" + std::string(name) + "[")) << command.name;
    }
  }
  EXPECT_THAT(zsh, HasSubstr("'--changed[an object whose etag differs"));
  EXPECT_THAT(zsh, HasSubstr(":value:(error skip reload)'"));
}

TEST(CompletionTest, FishKnowsEveryCommandAndFlag) {
  std::string fish = FishCompletion();
  for (const Command& command : AllCommands()) {
    std::string_view first = command.name.substr(0, command.name.find(' '));
    EXPECT_THAT(fish, HasSubstr("-f -a " + std::string(first) + " -d ")) << command.name;
    for (std::string_view name : command.options) {
      EXPECT_THAT(fish, HasSubstr(" -l " + std::string(name))) << command.name;
    }
  }
  EXPECT_THAT(fish, HasSubstr("'__fish_seen_subcommand_from pg; and __fish_seen_subcommand_from "
                              "psql'"));
}

TEST(CompletionTest, TheManPageHasEveryCommandOptionAndExitStatus) {
  std::string page = ManPage();
  EXPECT_TRUE(page.starts_with(".TH SLUICE 1 "));
  for (const Command& command : AllCommands()) {
    EXPECT_THAT(page, HasSubstr(".SS sluice " + std::string(command.name))) << command.name;
  }
  for (const Option& option : AllOptions()) {
    std::string name;
    for (char c : option.name) name += c == '-' ? std::string("\\-") : std::string(1, c);
    EXPECT_THAT(page, HasSubstr(name)) << option.name;
  }
  for (int status = 0; status <= 7; ++status) {
    EXPECT_THAT(page, HasSubstr("\n.B " + std::to_string(status) + "\n"));
  }
}

std::string ReadReference(const std::string& page) {
  std::ifstream file(std::string(kSourceDir) + "/doc/reference/" + page);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(CompletionTest, TheReferencePagesHaveEveryCommandAndOption) {
  std::string cli = ReadReference("cli.md");
  for (const Command& command : AllCommands()) {
    EXPECT_THAT(cli, HasSubstr("`sluice " + std::string(command.name))) << command.name;
  }
  std::string config = ReadReference("config.md");
  for (const Option& option : AllOptions()) {
    std::string name(option.name);
    if (option.place != Option::Place::kFileOnly) {
      EXPECT_THAT(cli, HasSubstr("`--" + name));
    }
    if (option.place == Option::Place::kFlagOnly) continue;
    EXPECT_THAT(config, HasSubstr("| `" + name + "` |"));
    EXPECT_THAT(config, HasSubstr("`" + option.variable() + "`"));
    for (const char* variable : option.variables) {
      EXPECT_THAT(config, HasSubstr(variable == nullptr ? "" : variable));
    }
  }
}

TEST(CompletionTest, EveryErrorPath) {
  // No word of a summary or help may end a quoted string or start a request of its own.
  std::string bash = BashCompletion();
  EXPECT_EQ(std::count(bash.begin(), bash.end(), '\'') % 2, 0);
  std::string zsh = ZshCompletion();
  EXPECT_THAT(Part(zsh, "'completion:", "\n"), Not(HasSubstr("''")));
  std::string page = ManPage();
  for (size_t line = page.find("\n'"); line != std::string::npos;
       line = page.find("\n'", line + 1)) {
    ADD_FAILURE() << page.substr(line, 40);
  }
}

}  // namespace
}  // namespace sluice
