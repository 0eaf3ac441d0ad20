#include "table/duplicates.h"

#include <gmock/gmock.h>

#include "pg/transaction.h"
#include "table/parts_testing.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class DuplicatesTest : public PartsTest {
 protected:
  // A table whose unique index is aside; rows are (id, txid, name).
  pg::TablePart Make(const std::string& index, const std::string& rows) {
    Run("CREATE TABLE t (id text, txid bigint, name text); CREATE UNIQUE INDEX u ON t " + index);
    pg::TablePart part = PutAside("t").at(0);
    Run("INSERT INTO t VALUES " + rows);
    return part;
  }
  std::vector<std::string> Values(const pg::TablePart& part, size_t rows_max = 100) {
    std::vector<std::string> values;
    for (const DuplicateRow& row : FindDuplicates(session(), part, "txid", rows_max).rows) {
      values.push_back(row.value);
    }
    return values;
  }
  // Resolves and commits; the names of the rows that are left, and what was deleted in deleted_.
  std::vector<std::string> Resolve(const pg::TablePart& part, KeepPolicy policy,
                                   const std::vector<int64_t>& current) {
    deleted_.clear();
    pg::Transaction tx(session());
    uint64_t count = ResolveDuplicates(
        session(), part, "txid", policy, current,
        [&](pg::Connection&, std::span<const DuplicateRow> rows) {
          for (const DuplicateRow& row : rows) {
            deleted_.push_back(row.value + "@" + std::to_string(row.txid.value()));
          }
        });
    EXPECT_EQ(count, deleted_.size());
    tx.Commit();
    std::vector<std::string> names;
    pg::Result rows = session().Exec("SELECT name FROM " + In("t") + " ORDER BY name");
    for (int row = 0; row < rows.rows(); ++row) names.emplace_back(rows.text(row, 0));
    return names;
  }

  std::vector<std::string> deleted_;
};

constexpr const char* kRows = "('a', 1, 'one'), ('a', 3, 'three'), ('a', 2, 'two'), ('b', 1, 'b')";

TEST_F(DuplicatesTest, TheLastIsKept) {
  pg::TablePart part = Make("(id)", kRows);
  EXPECT_THAT(Resolve(part, KeepPolicy::kKeepLast, {1, 2, 3}), ElementsAre("b", "three"));
  EXPECT_THAT(deleted_, UnorderedElementsAre("a@1", "a@2"));
  EXPECT_THAT(Restore({part})[0].state, PartOutcome::State::kStanding);
}

TEST_F(DuplicatesTest, TheFirstIsKept) {
  EXPECT_THAT(Resolve(Make("(id)", kRows), KeepPolicy::kKeepFirst, {1, 2, 3}),
              ElementsAre("b", "one"));
}

TEST_F(DuplicatesTest, RowsOfOneObjectAreKeptByTheirPlace) {
  pg::TablePart part = Make("(id)", "('a', 1, 'one'), ('a', 1, 'two'), ('a', 1, 'three')");
  EXPECT_THAT(Resolve(part, KeepPolicy::kKeepFirst, {1}), ElementsAre("one"));
}

TEST_F(DuplicatesTest, RowsOfOtherOriginStayAndOursGo) {
  pg::TablePart part = Make("(id)",
                            "('a', 1, 'ours'), ('a', 7, 'theirs'), ('a', 2, 'ours too'),"
                            "('b', NULL, 'b1'), ('b', 8, 'b2'), ('b', 1, 'b3')");
  EXPECT_THAT(Resolve(part, KeepPolicy::kKeepLast, {1, 2}), ElementsAre("b1", "b2", "theirs"));
  // What is not ours to delete is still named.
  EXPECT_THAT(Values(part), ElementsAre("b", "b"));
}

TEST_F(DuplicatesTest, FailDeletesNothing) {
  EXPECT_THAT(Resolve(Make("(id)", kRows), KeepPolicy::kFail, {1, 2, 3}),
              ElementsAre("b", "one", "three", "two"));
}

TEST_F(DuplicatesTest, OnlyWhatTheIndexSpeaksOfCounts) {
  pg::TablePart part =
      Make("(lower(id), name) WHERE txid > 1",
           "('a', 2, 'x'), ('A', 3, 'x'), ('a', 1, 'x'), ('a', 2, NULL), ('a', 2, NULL)");
  EXPECT_THAT(Values(part), ElementsAre("a, x", "a, x"));
}

TEST_F(DuplicatesTest, NullsMayBeEqual) {
  pg::TablePart part = Make("(id, name) NULLS NOT DISTINCT", "('a', 1, NULL), ('a', 2, NULL)");
  EXPECT_THAT(Values(part), ElementsAre("a", "a"));
}

TEST_F(DuplicatesTest, TheNumberNamedIsBounded) {
  EXPECT_THAT(Values(Make("(id)", kRows), 2), ElementsAre("a", "a"));
}

TEST_F(DuplicatesTest, MoreThanOneRoundIsDeleted) {
  pg::TablePart part = Make("(id)", "('z', 1, 'kept')");
  Run("INSERT INTO t SELECT 'a', 1, 'copy' FROM generate_series(1, 20005)");
  EXPECT_THAT(Resolve(part, KeepPolicy::kKeepLast, {1}), ElementsAre("copy", "kept"));
  EXPECT_EQ(deleted_.size(), 20004u);
}

TEST_F(DuplicatesTest, WhatTheCallbackWritesIsLostWithTheRows) {
  pg::TablePart part = Make("(id)", kRows);
  {
    pg::Transaction tx(session());
    pg::ErrorOf([&] {
      ResolveDuplicates(session(), part, "txid", KeepPolicy::kKeepLast, {1, 2, 3},
                        [](pg::Connection&, std::span<const DuplicateRow>) {
                          throw Fault("object-gone", "the object cannot be read again");
                        });
    });
  }
  EXPECT_EQ(One("SELECT count(*) FROM " + In("t")), "4");
}

TEST_F(DuplicatesTest, EveryErrorPath) {
  pg::TablePart part = Make("(id)", kRows);
  EXPECT_EQ(FindDuplicates(session(), part, "", 10).rows.at(0).txid, std::nullopt);
  EXPECT_EQ(pg::ErrorOf([&] { FindDuplicates(session(), part, "no_column", 10); }).code(), "42703");
  pg::TablePart plain = part;
  plain.keys.clear();
  EXPECT_THAT(FindDuplicates(session(), plain, "txid", 10).rows, IsEmpty());
  Run("DROP TABLE t");
  EXPECT_EQ(pg::ErrorOf([&] { FindDuplicates(session(), part, "", 10); }).code(), "no-such-table");
}

}  // namespace
}  // namespace sluice
