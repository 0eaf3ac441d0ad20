// The traffic system's writing, against a real PostgreSQL.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/buffer_pool.h"
#include "base/error.h"
#include "pg/transaction.h"
#include "pg/world_testing.h"
#include "system/traffic/feed_testing.h"
#include "system/traffic/traffic_mapper.h"
#include "system/traffic/traffic_system.h"
#include "system/traffic/traffic_writer.h"

namespace sluice {
namespace {

class TrafficSystemPgTest : public pg::PgDatabaseTest {
 protected:
  void SetUp() override {
    PgDatabaseTest::SetUp();
    system_ = NewTrafficSystem(false);
    table_ = system_->Prepare(session(), "feed");
  }

  // What became of it: the counts and the note, as one line.
  std::string Load(const std::string& name, const std::string& json, bool rewrite = false) {
    std::string padded = json + std::string(Buffer::kPadding, ' ');
    RecordBlock block;
    block.records.push_back({{padded.data(), json.size()}, {1, 0}});
    int64_t id = std::stoll(One("SELECT nextval('waze.data_files_id_seq')"));
    Rows rows;
    std::vector<Reject> rejects;
    NewTrafficMapper(id, std::make_shared<AlertTypes>())->Map(block, rows, rejects);
    EXPECT_TRUE(rejects.empty());
    pg::Transaction tx(session());
    auto writer = NewTrafficWriter(session(), {name, id, rewrite});
    writer->Write(block, rows, rejects);
    WriteCounts counts = writer->Finish(rejects);
    tx.Commit();
    return fmt::format("{}+{} {}", counts.loaded, counts.skipped, counts.note);
  }

  std::string Count(const std::string& what) { return One("SELECT count(*) FROM waze." + what); }

  std::unique_ptr<System> system_;
  TargetTable table_;
};

TEST_F(TrafficSystemPgTest, MakesTheTablesOnceWithTheirLookups) {
  EXPECT_EQ(table_.name, "waze.data_files");
  EXPECT_EQ(system_->Prepare(session(), "feed").relation, table_.relation);
  EXPECT_EQ(Count("alert_types"), "39");
  EXPECT_EQ(Count("roads"), "21");
  EXPECT_EQ(Count("coordinate_type"), "3");
  EXPECT_EQ(One("SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint "
                "WHERE connamespace = 'waze'::regnamespace AND contype = 'f'"),
            "alerts_datafile_id_fkey coordinates_alert_id_fkey "
            "coordinates_coordinate_type_id_fkey coordinates_irregularity_id_fkey "
            "coordinates_jam_id_fkey irregularities_datafile_id_fkey jams_datafile_id_fkey");
  EXPECT_EQ(One("SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE c.relnamespace = 'waze'::regnamespace AND NOT i.indisunique"),
            "8");
}

TEST_F(TrafficSystemPgTest, RefusesTablesOfAnotherLayout) {
  session().ExecScript(
      "ALTER TABLE waze.jams DROP COLUMN level; ALTER TABLE waze.alerts ALTER type_id TYPE text");
  Error error = pg::ErrorOf([&] { system_->Prepare(session(), "feed"); });
  EXPECT_EQ(error.code(), "table-columns");
  EXPECT_NE(error.message().find("alerts.type_id is text, jams.level is missing"),
            std::string::npos)
      << error.message();
}

TEST_F(TrafficSystemPgTest, LoadsAFile) {
  EXPECT_EQ(Load("a.json", FeedWith("\"jams\":[" + JamJson(1) + "]")), "1+0 ");
  EXPECT_EQ(One("SELECT start_time || '/' || end_time || '/' || file_name FROM waze.data_files"),
            "2017-07-14 02:40:00/2017-07-14 02:41:00/a.json");
  EXPECT_EQ(One("SELECT concat_ws('/', uuid, pub_utc_date, speed, delay, jsonb_array_length(line), "
                "datafile_id) FROM waze.jams"),
            "1/2017-07-14 02:39:59.123/3.51/-1/2/1");
  EXPECT_EQ(One("SELECT string_agg(concat_ws('/', latitude, longitude, \"order\"), ' ' "
                "ORDER BY \"order\") FROM waze.coordinates"),
            "38.25/-85.5/1 1/-85.6/2");
}

TEST_F(TrafficSystemPgTest, PassesOverContentThatIsIn) {
  std::string feed = FeedWith("\"jams\":[" + JamJson(1) + "]");
  Load("a.json", feed);
  EXPECT_EQ(Load("a.json", feed), "0+1 its content is in as a.json");
  EXPECT_EQ(Load("b.json", feed, true), "0+1 its content is in as a.json");
  EXPECT_EQ(Count("data_files") + Count("jams") + Count("coordinates"), "112");
}

TEST_F(TrafficSystemPgTest, RewritesContentWhenAsked) {
  std::string feed = FeedWith("\"jams\":[" + JamJson(1) + "]");
  Load("a.json", feed);
  session().Exec("UPDATE waze.jams SET street = 'spoilt'");
  session().Exec("DELETE FROM waze.coordinates");
  EXPECT_EQ(Load("a.json", feed, true), "1+0 its content is in once more as a.json");
  EXPECT_EQ(One("SELECT coalesce(street, 'none') || datafile_id FROM waze.jams"), "none1");
  EXPECT_EQ(Count("coordinates"), "2");
  EXPECT_EQ(One("SELECT date_updated > date_created FROM waze.data_files"), "t");
}

TEST_F(TrafficSystemPgTest, MergesElementsThatAnotherFileBrought) {
  Load("a.json", FeedWith("\"jams\":[" + JamJson(1) + "," + JamJson(2) + "]"));
  EXPECT_EQ(Load("b.json", FeedWith("\"jams\":[" + JamJson(3) + "," + JamJson(2) + "]")),
            "1+0 merged: some of its elements came with another file");
  EXPECT_EQ(One("SELECT string_agg(uuid || ':' || f.file_name, ' ' ORDER BY uuid) FROM waze.jams j "
                "JOIN waze.data_files f ON f.id = j.datafile_id"),
            "1:a.json 2:b.json 3:b.json");
  EXPECT_EQ(Count("coordinates"), "6");
}

}  // namespace
}  // namespace sluice
