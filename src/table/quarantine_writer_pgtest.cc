#include "table/quarantine_writer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "pg/transaction.h"
#include "pg/world_testing.h"
#include "row/copy_binary.h"

namespace sluice {
namespace {

class QuarantineTest : public pg::PgDatabaseTest {
 protected:
  void SetUp() override {
    PgDatabaseTest::SetUp();
    session().ExecScript(
        "CREATE TABLE public.parent (id int PRIMARY KEY); "
        "INSERT INTO public.parent SELECT generate_series(1, 1000); "
        "CREATE TABLE public.item (id int PRIMARY KEY, parent int REFERENCES public.parent "
        "DEFERRABLE INITIALLY DEFERRED, size int CHECK (size < 100))");
  }

  static constexpr char kCopy[] = "COPY public.item (id, parent, size) FROM STDIN (FORMAT binary)";

  struct Item {
    int id, parent, size;
  };

  // Writes blocks of items, in one transaction, and commits. The record of an item is "#ID".
  void Write(const std::vector<std::vector<Item>>& blocks) {
    pg::Transaction tx(session());
    QuarantineWriter writer(session(), kCopy);
    uint64_t line = 0;
    for (const std::vector<Item>& items : blocks) WriteBlock(writer, items, line);
    std::vector<Reject> fatal;
    counts_ = writer.Finish(fatal);
    EXPECT_TRUE(fatal.empty());
    resent_ = writer.rows_resent();
    tx.Commit();
  }

  void WriteBlock(QuarantineWriter& writer, const std::vector<Item>& items, uint64_t& line) {
    std::vector<std::string> texts;
    for (const Item& item : items) texts.push_back("#" + std::to_string(item.id));
    RecordBlock block;
    Rows rows;
    CopyBinaryEncoder encoder(rows.table(0).bytes);
    for (size_t i = 0; i < items.size(); ++i) {
      ++line;
      Position position{line, line * 10};
      block.records.push_back({texts[i], position});
      encoder.Tuple(3);
      encoder.Int4(items[i].id);
      encoder.Int4(items[i].parent);
      encoder.Int4(items[i].size);
      rows.table(0).positions.push_back(position);
    }
    writer.Write(block, rows, rejects_);
  }

  std::string Rejected() const {
    std::string all;
    for (const Reject& reject : rejects_) {
      all += (all.empty() ? "" : " ") + std::to_string(reject.position.line) + ":" +
             reject.sqlstate + ":" + reject.raw;
    }
    return all;
  }
  int64_t Items() { return session().Exec("SELECT count(*) FROM public.item").int8(0, 0); }

  std::vector<Item> Good(int first, int count) {
    std::vector<Item> items;
    for (int i = 0; i < count; ++i) items.push_back({first + i, 1, 1});
    return items;
  }

  WriteCounts counts_;
  uint64_t resent_ = 0;
  std::vector<Reject> rejects_;
};

TEST_F(QuarantineTest, GoodRowsAreSentOnce) {
  Write({Good(1, 100), Good(101, 100)});
  EXPECT_EQ(counts_.loaded, 200u);
  EXPECT_EQ(resent_, 0u);
  EXPECT_EQ(Items(), 200);
}

TEST_F(QuarantineTest, Promise6OneBadRowResendsAtMostItsOwnChunk) {
  std::vector<Item> bad = Good(101, 100);
  bad[40].size = 100;
  Write({Good(1, 100), bad, Good(201, 100)});
  EXPECT_EQ(Rejected(), "141:23514:#141");
  EXPECT_EQ(counts_.loaded, 299u);
  EXPECT_EQ(Items(), 299);
  EXPECT_LE(resent_, 100u);
}

// Each refusal costs the pieces around it, whatever the size of blocks: at one of a hundred, far
// less than sending everything twice.
TEST_F(QuarantineTest, Promise6ManyBadRowsResendFewRows) {
  constexpr int kRows = 20'000;
  std::vector<std::vector<Item>> blocks;
  std::minstd_rand random(1);
  int bad = 0;
  for (int first = 1; first < kRows; first += 1000) {
    blocks.push_back(Good(first, 1000));
    for (Item& item : blocks.back()) {
      if (random() % 100 != 0) continue;
      ++bad;
      (bad % 2 == 0 ? item.id : item.size) = bad % 2 == 0 ? 1 : 500;
    }
  }
  Write(blocks);
  EXPECT_GT(bad, 150);
  EXPECT_EQ(rejects_.size(), static_cast<size_t>(bad));
  EXPECT_EQ(Items(), kRows - bad);
  EXPECT_LE(resent_, kRows) << "rows sent again";
}

TEST_F(QuarantineTest, RefusalsLeaveNoSavepointBehind) {
  std::vector<Item> items = Good(1, 100);
  for (int i : {20, 60}) items[i].size = 500;
  items[80].parent = 5000;
  pg::Transaction tx(session());
  QuarantineWriter writer(session(), kCopy);
  uint64_t line = 0;
  WriteBlock(writer, items, line);
  EXPECT_EQ(rejects_.size(), 3u);
  EXPECT_EQ(pg::ErrorOf([&] { session().ExecScript("RELEASE SAVEPOINT sluice_chunk"); }).code(),
            "3B001");
}

TEST_F(QuarantineTest, TheFirstTheLastAndNeighboursAreIsolated) {
  std::vector<Item> items = Good(1, 100);
  for (int i : {0, 1, 50, 51, 98, 99}) items[i].size = 500;
  Write({items});
  EXPECT_EQ(Rejected(),
            "1:23514:#1 2:23514:#2 51:23514:#51 52:23514:#52 99:23514:#99 100:23514:#100");
  EXPECT_EQ(Items(), 94);
}

TEST_F(QuarantineTest, OfTwoRowsWithOneKeyTheFirstStaysAlsoAcrossChunks) {
  std::vector<Item> items = Good(1, 10);
  items[7].id = 3;
  std::vector<Item> more = Good(11, 10);
  more[2].id = 5;
  Write({items, more});
  EXPECT_EQ(Rejected(), "8:23505:#3 13:23505:#5");
  EXPECT_EQ(Items(), 18);
}

TEST_F(QuarantineTest, AnErrorThatNamesNoRowIsNarrowedDown) {
  std::vector<Item> items = Good(1, 200);
  items[17].parent = 5000;
  items[150].parent = 5001;
  Write({items});
  EXPECT_EQ(Rejected(), "18:23503:#18 151:23503:#151");
  EXPECT_EQ(counts_.loaded, 198u);
  EXPECT_EQ(Items(), 198);
}

TEST_F(QuarantineTest, AChunkOfNothingButBadRowsEnds) {
  std::vector<Item> items = Good(1, 300);
  for (Item& item : items) item.size = 100;
  Write({items, Good(1000, 1)});
  EXPECT_EQ(rejects_.size(), 300u);
  EXPECT_EQ(Items(), 1);
}

TEST_F(QuarantineTest, RowsOfTextAreCutAtTheirLines) {
  pg::Transaction tx(session());
  QuarantineWriter writer(session(), "COPY public.item (id, parent, size) FROM STDIN",
                          CopyFormat::kText);
  RecordBlock block;
  block.records = {{"a", {1, 0}}, {"b", {2, 2}}, {"c", {3, 4}}};
  Rows rows;
  rows.table(0).bytes = "1\t1\t1\n2\tx\t1\n3\t1\t1\n";
  rows.table(0).positions = {{1, 0}, {2, 2}, {3, 4}};
  writer.Write(block, rows, rejects_);
  tx.Commit();
  EXPECT_EQ(Rejected(), "2:22P02:b");
  EXPECT_EQ(Items(), 2);
}

TEST_F(QuarantineTest, EveryErrorPath) {
  // What is no record's fault is no reject.
  session().ExecScript("ALTER TABLE public.item DROP COLUMN size");
  EXPECT_THROW(Write({Good(1, 3)}), Error);
  EXPECT_TRUE(rejects_.empty());
}

}  // namespace
}  // namespace sluice
