#include "engine/load_options.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/dispatcher.h"

namespace sluice {
namespace {

LoadOptions Full() {
  LoadOptions options;
  options.system = "fhir";
  options.sources = {"s3://b/p"};
  options.prefixes = {"p/1"};
  options.include = {"*.gz"};
  options.exclude = {"x*"};
  options.types = {"Patient"};
  options.limit = 7;
  options.order = Order::kByLastModified;
  options.changed = ChangedPolicy::kReload;
  options.attempts = 3;
  options.lane = "l";
  options.then = {"tag", "a=b", true};
  options.then_dead = {"move", "s3://dead/"};
  options.notify = "https://hook";
  options.notify_channel = "c";
  options.watch = true;
  options.after = 8;
  options.legacy_rewrite = true;
  options.aside = {AsideOptions::Indexes::kAuto, true, true};
  options.max_pressure = 12;
  options.rate = {.per_second = 2.5, .unit = RateUnit::kObjects};
  options.lease = std::chrono::milliseconds(1234);
  options.s3_endpoint = "http://e";
  options.region = "r";
  options.profile = "q";
  options.ca_bundle = "/ca";
  options.s3_path_style = true;
  options.connect_timeout = std::chrono::milliseconds(5);
  options.read_timeout = std::chrono::milliseconds(6);
  return options;
}

TEST(LoadOptionsTest, WhatTheLedgerKeepsIsWhatAWorkerReads) {
  EXPECT_EQ(ToJson(ParseLoadOptions(ToJson(Full()))), ToJson(Full()));
  EXPECT_EQ(ParseLoadOptions(ToJson(Full())).aside, Full().aside);
}

TEST(LoadOptionsTest, TheScopeIsTheSelectionAndNotTheManner) {
  LoadOptions other = Full();
  other.order = Order::kOptimal;
  other.changed = ChangedPolicy::kSkip;
  other.limit = 0;
  other.attempts = 9;
  EXPECT_EQ(ImportScope(other), ImportScope(Full()));
  other.prefixes = {"p/2"};
  EXPECT_NE(ImportScope(other), ImportScope(Full()));
}

TEST(LoadOptionsTest, ADispositionIsLeaveMoveOrTag) {
  EXPECT_EQ(ParseDisposition("leave").kind, "");
  EXPECT_EQ(ParseDisposition("move:s3://done/x/").argument, "s3://done/x/");
  EXPECT_EQ(ParseDisposition("tag:state=loaded").argument, "state=loaded");
}

TEST(LoadOptionsTest, EveryErrorPath) {
  EXPECT_THROW(ParseLoadOptions("{}"), Error);
  EXPECT_THROW(ParseLoadOptions("not json"), Error);
  for (const char* text : {"move:", "move:done", "tag:", "tag:x", "tag:=y", "burn"}) {
    EXPECT_THROW(ParseDisposition(text), Error) << text;
  }
}

}  // namespace
}  // namespace sluice
