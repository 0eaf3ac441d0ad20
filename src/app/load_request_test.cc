#include "app/load_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/command_line.h"
#include "base/error.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string Refusal(const std::vector<std::string>& sources, const Settings& settings) {
  try {
    MakeLoadRequest("fhir", sources, settings);
  } catch (const Error& error) {
    EXPECT_EQ(error.scope(), Scope::kRun);
    return error.code();
  }
  return "accepted";
}

TEST(LoadRequestTest, SourcesAreAbsoluteSoThatTheImportIsTheSame) {
  std::filesystem::current_path("/tmp");
  LoadRequest here = MakeLoadRequest("fhir", {"."}, {});
  LoadRequest there = MakeLoadRequest("fhir", {"/tmp/../tmp", "/tmp"}, {});
  EXPECT_THAT(here.options.sources, ElementsAre("/tmp"));
  EXPECT_EQ(ImportScope(here.options), ImportScope(there.options));
}

TEST(LoadRequestTest, TheOrderOfFlagsDoesNotMatter) {
  Settings one, other;
  one.include = {"b", "a", "b"};
  other.include = {"a", "b"};
  EXPECT_EQ(ImportScope(MakeLoadRequest("fhir", {"s3://b"}, one).options),
            ImportScope(MakeLoadRequest("fhir", {"s3://b"}, other).options));
}

TEST(LoadRequestTest, PresignedUrlsStayOutOfTheOptions) {
  LoadRequest load = MakeLoadRequest("fhir", {"https://h/b/k?sig=secret"}, {});
  EXPECT_THAT(load.options.sources, ElementsAre("https://h/b/k"));
  EXPECT_THAT(load.urls, ElementsAre("https://h/b/k?sig=secret"));
  EXPECT_THAT(ToJson(load.options), Not(HasSubstr("secret")));
}

TEST(LoadRequestTest, AnEndpointIsNoPartOfARequestForFiles) {
  Settings settings;
  settings.s3_endpoint = "http://s3";
  settings.ca_bundle = "/ca.pem";
  EXPECT_EQ(MakeLoadRequest("fhir", {"/tmp"}, settings).options.s3_endpoint, "");
  EXPECT_EQ(MakeLoadRequest("fhir", {"/tmp"}, settings).options.ca_bundle, "");
  EXPECT_EQ(MakeLoadRequest("fhir", {"s3://b"}, settings).options.s3_endpoint, "http://s3");
}

TEST(LoadRequestTest, TheCommandLineOfAnImportMakesTheSameImport) {
  Settings settings;
  settings.prefixes = {"fhir/a b/"};
  settings.include = {"*.gz"};
  settings.exclude = {"it's*"};
  settings.types = {"Patient", "Group"};
  settings.s3_endpoint = "http://127.0.0.1:1";
  settings.s3_path_style = true;
  settings.region = "eu";
  settings.lane = "night";
  settings.order = Order::kByLastModified;
  settings.changed = ChangedPolicy::kReload;
  settings.then = "move:s3://done/";
  LoadOptions before = MakeLoadRequest("fhir", {"s3://b/x y", "s3://c"}, settings).options;
  std::string line = LoadCommandLine(before, settings);
  EXPECT_EQ(line,
            "sluice load fhir 's3://b/x y' s3://c/ --prefix 'fhir/a b/' --include '*.gz' --exclude "
            "'it'\\''s*' --types Group --types Patient --s3-endpoint http://127.0.0.1:1 "
            "--s3-path-style --region eu --lane night --order by-last-modified --changed reload "
            "--then move:s3://done/");

  Parsed parsed = ParseCommandLine({"load",
                                    "fhir",
                                    "s3://b/x y",
                                    "s3://c/",
                                    "--prefix",
                                    "fhir/a b/",
                                    "--include",
                                    "*.gz",
                                    "--exclude",
                                    "it's*",
                                    "--types",
                                    "Group",
                                    "--types",
                                    "Patient",
                                    "--s3-endpoint",
                                    "http://127.0.0.1:1",
                                    "--s3-path-style",
                                    "--region",
                                    "eu",
                                    "--lane",
                                    "night",
                                    "--order",
                                    "by-last-modified",
                                    "--changed",
                                    "reload",
                                    "--then",
                                    "move:s3://done/"});
  Settings again;
  ApplyLayer(parsed.flags, again);
  LoadOptions after = MakeLoadRequest("fhir", parsed.arguments.at("SOURCE"), again).options;
  EXPECT_EQ(ToJson(before), ToJson(after));
}

TEST(LoadRequestTest, TheCommandLineHoldsNoSecret) {
  Settings settings;
  settings.into = "postgresql://me:top@db/x";
  LoadOptions options = MakeLoadRequest("fhir", {"s3://b"}, settings).options;
  EXPECT_EQ(LoadCommandLine(options, settings),
            "sluice load fhir s3://b/ --into postgresql://me:xxx@db/x");
  LoadOptions url = MakeLoadRequest("fhir", {"https://h/k?sig=top"}, {}).options;
  EXPECT_EQ(LoadCommandLine(url, {}), "sluice load fhir 'https://h/k?SIGNATURE'");
}

TEST(LoadRequestTest, EveryErrorPath) {
  EXPECT_EQ(Refusal({"/no/such/place"}, {}), "source-invalid");
  EXPECT_EQ(Refusal({"s3://"}, {}), "source-invalid");
  EXPECT_EQ(Refusal({"gs://b"}, {}), "source-invalid");
  EXPECT_EQ(Refusal({""}, {}), "source-invalid");
  Settings then;
  then.then = "burn";
  EXPECT_EQ(Refusal({"s3://b"}, then), "then-invalid");
  then.then = "tag:loaded=yes";
  EXPECT_EQ(Refusal({"s3://b"}, then), "accepted");
  EXPECT_EQ(Refusal({"s3://b", "/tmp"}, then), "then-invalid");
  Settings background;
  background.background = true;
  EXPECT_EQ(Refusal({"https://h/k?sig=1"}, background), "usage");
  EXPECT_EQ(Refusal({"s3://b"}, background), "accepted");
}

}  // namespace
}  // namespace sluice
