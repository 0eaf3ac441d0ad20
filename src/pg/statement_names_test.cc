#include "pg/statement_names.h"

#include <gtest/gtest.h>

namespace sluice::pg {
namespace {

TEST(StatementNamesTest, AStatementIsPreparedTheSecondTimeAndRunByItsNameFromThenOn) {
  StatementNames names;
  EXPECT_EQ(names.Of("SELECT 1").name, "");
  StatementNames::Named second = names.Of("SELECT 1");
  EXPECT_TRUE(second.fresh);
  StatementNames::Named third = names.Of("SELECT 1");
  EXPECT_FALSE(third.fresh);
  EXPECT_EQ(third.name, second.name);
}

TEST(StatementNamesTest, NamesDiffer) {
  StatementNames names;
  for (const char* sql : {"SELECT 1", "SELECT 2"}) names.Of(sql);
  EXPECT_NE(names.Of("SELECT 1").name, names.Of("SELECT 2").name);
}

TEST(StatementNamesTest, WhatCouldNotBePreparedBeginsAnewUnderAnotherName) {
  StatementNames names;
  names.Of("SELECT 1");
  std::string lost = names.Of("SELECT 1").name;
  names.Forget("SELECT 1");
  EXPECT_EQ(names.Of("SELECT 1").name, "");
  EXPECT_NE(names.Of("SELECT 1").name, lost);
}

TEST(StatementNamesTest, EveryErrorPath) {
  StatementNames names;
  for (int i = 0; i < 1000; ++i) names.Of("SELECT " + std::to_string(i));
  EXPECT_EQ(names.Of("SELECT 999").name, "") << "there is no end of them: they stay as they are";
  EXPECT_TRUE(names.Of("SELECT 1").fresh);
  names.Forget("never heard of");
}

}  // namespace
}  // namespace sluice::pg
