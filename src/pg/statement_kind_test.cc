#include "pg/statement_kind.h"

#include <gtest/gtest.h>

namespace sluice::pg {
namespace {

TEST(StatementKindTest, TheFirstWordDecides) {
  for (const char* sql : {"COMMIT", "commit;", "  \n COMMIT AND CHAIN", "END", "/* done */ Commit",
                          "-- done\ncommit", "COMMIT PREPARED 'x'"}) {
    EXPECT_EQ(KindOf(sql), Kind::kCommitting) << sql;
  }
  for (const char* sql : {"ROLLBACK", "rollback to savepoint s", "ABORT"}) {
    EXPECT_EQ(KindOf(sql), Kind::kRollback) << sql;
  }
  for (const char* sql : {"", "--", "/*", "/* COMMIT", "SELECT 1", "COMMITTED", "ENDING",
                          "SELECT 'x'; COMMIT", "-- COMMIT"}) {
    EXPECT_EQ(KindOf(sql), Kind::kPlain) << sql;
  }
}

TEST(StatementKindTest, AScriptCommitsWhereAnyStatementDoes) {
  EXPECT_EQ(KindOfScript("BEGIN; SELECT 1; COMMIT"), Kind::kCommitting);
  EXPECT_EQ(KindOfScript("BEGIN; SET LOCAL lock_timeout = '2s'"), Kind::kPlain);
  EXPECT_EQ(KindOfScript("ROLLBACK; BEGIN"), Kind::kRollback);
  EXPECT_EQ(KindOfScript(""), Kind::kPlain);
}

}  // namespace
}  // namespace sluice::pg
