#include "pg/sqlstate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::pg {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  const char* code;
  const char* name;  // condition names of PostgreSQL's appendix "Error Codes"
  Retry retry;
  Scope scope;
};

constexpr Case kCases[] = {
    {"08000", "connection_exception", Retry::kLater, Scope::kRun},
    {"08006", "connection_failure", Retry::kLater, Scope::kRun},
    {"08007", "transaction_resolution_unknown", Retry::kUncertain, Scope::kRun},
    {"08P01", "protocol_violation", Retry::kNever, Scope::kObject},
    {"0A000", "feature_not_supported", Retry::kNever, Scope::kRun},
    {"22001", "string_data_right_truncation", Retry::kNever, Scope::kRecord},
    {"22003", "numeric_value_out_of_range", Retry::kNever, Scope::kRecord},
    {"22021", "character_not_in_repertoire", Retry::kNever, Scope::kRecord},
    {"22023", "invalid_parameter_value", Retry::kNever, Scope::kRun},
    {"22P02", "invalid_text_representation", Retry::kNever, Scope::kRecord},
    {"22P05", "untranslatable_character", Retry::kNever, Scope::kRecord},
    {"23502", "not_null_violation", Retry::kNever, Scope::kRecord},
    {"23503", "foreign_key_violation", Retry::kNever, Scope::kRecord},
    {"23505", "unique_violation", Retry::kNever, Scope::kRecord},
    {"23514", "check_violation", Retry::kNever, Scope::kRecord},
    {"25006", "read_only_sql_transaction", Retry::kLater, Scope::kRun},
    {"25P02", "in_failed_sql_transaction", Retry::kNever, Scope::kObject},
    {"28000", "invalid_authorization_specification", Retry::kNever, Scope::kRun},
    {"28P01", "invalid_password", Retry::kNever, Scope::kRun},
    {"3D000", "invalid_catalog_name", Retry::kNever, Scope::kRun},
    {"40001", "serialization_failure", Retry::kLater, Scope::kObject},
    {"40003", "statement_completion_unknown", Retry::kUncertain, Scope::kObject},
    {"40P01", "deadlock_detected", Retry::kLater, Scope::kObject},
    {"42501", "insufficient_privilege", Retry::kNever, Scope::kRun},
    {"42P01", "undefined_table", Retry::kNever, Scope::kRun},
    {"42703", "undefined_column", Retry::kNever, Scope::kRun},
    {"53100", "disk_full", Retry::kLater, Scope::kRun},
    {"53200", "out_of_memory", Retry::kLater, Scope::kObject},
    {"53300", "too_many_connections", Retry::kLater, Scope::kRun},
    {"54000", "program_limit_exceeded", Retry::kNever, Scope::kRecord},
    {"54001", "statement_too_complex", Retry::kNever, Scope::kRecord},
    {"55006", "object_in_use", Retry::kLater, Scope::kObject},
    {"55P03", "lock_not_available", Retry::kLater, Scope::kObject},
    {"57014", "query_canceled", Retry::kLater, Scope::kObject},
    {"57P01", "admin_shutdown", Retry::kLater, Scope::kRun},
    {"57P02", "crash_shutdown", Retry::kLater, Scope::kRun},
    {"57P03", "cannot_connect_now", Retry::kLater, Scope::kRun},
    {"57P04", "database_dropped", Retry::kNever, Scope::kRun},
    {"58030", "io_error", Retry::kLater, Scope::kRun},
    {"58P01", "undefined_file", Retry::kNever, Scope::kRun},
    {"P0001", "raise_exception", Retry::kNever, Scope::kRecord},
    {"XX000", "internal_error", Retry::kLater, Scope::kObject},
    {"XX001", "data_corrupted", Retry::kNever, Scope::kRun},
};

TEST(SqlStateTest, EveryConditionHasItsVerdict) {
  for (const Case& expected : kCases) {
    Verdict verdict = Judge(expected.code);
    EXPECT_EQ(verdict.retry, expected.retry) << expected.code << " " << expected.name;
    EXPECT_EQ(verdict.scope, expected.scope) << expected.code << " " << expected.name;
  }
}

TEST(SqlStateTest, WhatNobodyKnowsIsNotRepeatedAndCostsTheObject) {
  for (const char* code : {"", "9", "99999", "HV000", "zzzzzz"}) {
    EXPECT_EQ(Judge(code).retry, Retry::kNever) << code;
    EXPECT_EQ(Judge(code).scope, Scope::kObject) << code;
  }
}

TEST(SqlStateTest, AnErrorCarriesCodeMessageAndDetail) {
  Error error = FromSqlState("23505", "duplicate key value violates unique constraint \"t_pkey\"",
                             "Key (name)=(Ann) already exists.");
  EXPECT_EQ(error.origin(), Origin::kPostgres);
  EXPECT_EQ(error.code(), "23505");
  EXPECT_STREQ(error.what(), "duplicate key value violates unique constraint \"t_pkey\"");
  EXPECT_EQ(error.detail(), "Key (name)=(Ann) already exists.");
}

TEST(SqlStateTest, ValuesInPrimaryMessagesMoveToTheDetail) {
  Error date = FromSqlState("22007", "invalid input syntax for type date: \"Ann \"B\" C\"", "");
  EXPECT_STREQ(date.what(), "invalid input syntax for type date: \"...\"");
  EXPECT_THAT(date.detail(), HasSubstr("Ann \"B\" C"));
  Error json = FromSqlState("22P02", "invalid input syntax for type json", "Token \"Ann\" is...");
  EXPECT_STREQ(json.what(), "invalid input syntax for type json");
  EXPECT_THAT(json.detail(), HasSubstr("Token"));
  Error raised = FromSqlState("P0001", "Ann may not enter", "");
  EXPECT_THAT(raised.what(), Not(HasSubstr("Ann")));
  EXPECT_THAT(raised.detail(), HasSubstr("Ann"));
}

TEST(SqlStateTest, ADeniedPermissionNamesTheGrant) {
  EXPECT_THAT(FromSqlState("42501", "permission denied for table patient", "").remedy(),
              HasSubstr("GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE patient TO"));
  EXPECT_THAT(FromSqlState("42501", "permission denied for schema sluice", "").remedy(),
              HasSubstr("ON SCHEMA sluice TO"));
  EXPECT_THAT(FromSqlState("42501", "keine Berechtigung", "").remedy(),
              HasSubstr("doc/reference/permissions.md"));
}

}  // namespace
}  // namespace sluice::pg
