#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "config_test.XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    file_ = folder_ / "sluice.yaml";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Layer Read(const std::string& text) {
    std::ofstream(file_) << text;
    return ReadConfig(file_);
  }

  Settings Apply(const std::string& text) {
    Settings settings;
    ApplyLayer(Read(text), settings);
    return settings;
  }

  // "CODE FILE-NAME:LINE: ..." of the error that the text comes to.
  std::string Refusal(const std::string& text) {
    try {
      Apply(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.scope(), Scope::kRun);
      EXPECT_FALSE(error.remedy().empty());
      std::string message = error.message();
      size_t at = message.find("sluice.yaml");
      return error.code() + " " + (at == std::string::npos ? message : message.substr(at));
    }
    return "accepted";
  }

  std::filesystem::path folder_, file_;
};

TEST_F(ConfigTest, KeysAreTheNamesOfTheFlags) {
  Settings settings = Apply(
      "into: postgresql:///db\n"
      "threads: 8\n"
      "prefix: [a/, b/]\n"
      "exclude: '*.tmp'\n"
      "types: Patient,Observation\n"
      "order: by-last-modified\n"
      "changed: reload\n"
      "s3-path-style: true\n"
      "lease: 2000\n"
      "database-silence: 5000\n");
  EXPECT_EQ(settings.into, "postgresql:///db");
  EXPECT_EQ(settings.threads, 8);
  EXPECT_THAT(settings.prefixes, ElementsAre("a/", "b/"));
  EXPECT_THAT(settings.exclude, ElementsAre("*.tmp"));
  EXPECT_THAT(settings.types, ElementsAre("Patient", "Observation"));
  EXPECT_EQ(settings.order, Order::kByLastModified);
  EXPECT_EQ(settings.changed, ChangedPolicy::kReload);
  EXPECT_TRUE(settings.s3_path_style);
  EXPECT_EQ(settings.lease, std::chrono::seconds(2));
  EXPECT_EQ(settings.database_silence, std::chrono::seconds(5));
}

TEST_F(ConfigTest, AnEmptyFileSaysNothing) {
  EXPECT_TRUE(Read("").empty());
  EXPECT_TRUE(Read("# threads: 8\n").empty());
}

TEST_F(ConfigTest, RemembersWhereEachKeyStands) {
  Layer layer = Read("# first\n\nthreads: 8\nregion: eu\n");
  EXPECT_EQ(layer.at("threads").where, file_.string() + ":3");
  EXPECT_EQ(layer.at("region").where, file_.string() + ":4");
}

TEST_F(ConfigTest, FindsTheUsersFileWhereTheStandardSays) {
  std::filesystem::create_directories(folder_ / "sluice");
  setenv("XDG_CONFIG_HOME", folder_.c_str(), 1);
  EXPECT_EQ(UserConfig(), std::nullopt);
  std::ofstream(folder_ / "sluice" / "config.yaml") << "threads: 2\n";
  EXPECT_EQ(UserConfig(), folder_ / "sluice" / "config.yaml");
  unsetenv("XDG_CONFIG_HOME");
}

TEST_F(ConfigTest, EveryErrorPath) {
  EXPECT_EQ(Refusal("threads: 2\n\nthread: 8\n"),
            "config-invalid sluice.yaml:3: unknown key thread");
  EXPECT_EQ(Refusal("s3_endpoint: http://x\n"),
            "config-invalid sluice.yaml:1: unknown key s3_endpoint (is s3-endpoint meant?)");
  EXPECT_EQ(Refusal("prefixs: a\n"),
            "config-invalid sluice.yaml:1: unknown key prefixs (is prefix meant?)");
  // What is a deed rather than a setting is no key.
  EXPECT_EQ(Refusal("dry-run: true\n"), "config-invalid sluice.yaml:1: unknown key dry-run");
  EXPECT_EQ(Refusal("config: x\n"), "config-invalid sluice.yaml:1: unknown key config");
  EXPECT_THAT(Refusal("threads: 1\nthreads: 2\n"),
              HasSubstr("sluice.yaml:2: threads stands there already ("));
  EXPECT_EQ(Refusal("threads: [1, 2]\n"),
            "config-invalid sluice.yaml:1: threads needs a single value");
  EXPECT_EQ(Refusal("threads:\n"), "config-invalid sluice.yaml:1: threads needs a single value");
  EXPECT_EQ(Refusal("prefix: [[a]]\n"), "config-invalid sluice.yaml:1: prefix needs a list");
  EXPECT_EQ(Refusal("[1]: 2\n"), "config-invalid sluice.yaml:1: a key must be a word");
  EXPECT_EQ(Refusal("just text\n"),
            "config-invalid sluice.yaml:1: expected lines like `threads: 8`");
  EXPECT_THAT(Refusal("threads: 2\n  x: 'open\n"), HasSubstr("config-invalid sluice.yaml:"));
  EXPECT_EQ(Refusal("region: x\nthreads: many\n"),
            "setting-invalid sluice.yaml:2: threads must be a whole number from 0 to 256, not "
            "'many'");
  EXPECT_EQ(Refusal("changed: maybe\n"),
            "setting-invalid sluice.yaml:1: changed must be one of error, skip, reload, not "
            "'maybe'");
  EXPECT_EQ(Refusal("s3-path-style: often\n"),
            "setting-invalid sluice.yaml:1: s3-path-style must be true or false, not 'often'");
  EXPECT_EQ(Refusal("lease: 5s\n"),
            "setting-invalid sluice.yaml:1: lease must be a whole number from 1000 to 86400000, "
            "not '5s'");
  EXPECT_EQ(Refusal("types: Patient,,Group\n"),
            "setting-invalid sluice.yaml:1: types must not be empty");
  for (const std::filesystem::path& file : {folder_ / "absent.yaml", folder_}) {
    try {
      ReadConfig(file);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "config-unreadable");
    }
  }
}

}  // namespace
}  // namespace sluice
