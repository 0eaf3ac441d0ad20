#include "ledger/ledger_testing.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "ledger/import_ledger.h"
#include "ledger/schema.h"
#include "pg/transaction.h"
#include "pg/world_testing.h"

namespace sluice {
namespace {

pg::ConnectOptions Options(const std::string& database, const std::string& lock_timeout) {
  const char* url = std::getenv("SLUICE_TEST_PG_URL");
  pg::ConnectOptions options;
  if (url != nullptr) options.url = url;
  options.application_name = "ledger_test";
  options.settings = {{"lock_timeout", lock_timeout}};
  if (database.empty()) return options;
  // The world's URL names its database in the path: postgresql:///postgres?host=...
  size_t path = options.url.find('/', options.url.find("://") + 3);
  size_t query = options.url.find('?');
  options.url.replace(path + 1, query - path - 1, database);
  return options;
}

}  // namespace

void LedgerTest::SetUp() {
  ASSERT_NE(std::getenv("SLUICE_TEST_PG_URL"), nullptr)
      << "these tests need a live PostgreSQL: run them through ./dev test, or start one with "
         "tests/pg_world up DIR and source DIR/env";
  static std::atomic<int> counter{0};
  database_ = "ledger_" + std::to_string(getpid()) + "_" + std::to_string(counter++);
  server_ = std::make_unique<pg::Connection>(pg::Connection::Open(Options("", "5000"), stop_));
  server_->Exec("CREATE DATABASE " + database_);
  session_ = std::make_unique<pg::Connection>(Connect());
  pg::MigrateUp(*session_, LedgerMigrations());
  session_->Exec("CREATE TABLE public.thing (id text PRIMARY KEY, txid bigint)");
  session_->Exec("CREATE SEQUENCE public.transaction_id_seq");
  relation_ = static_cast<uint32_t>(std::stoul(One("SELECT 'public.thing'::regclass::oid")));
}

void LedgerTest::TearDown() {
  session_.reset();
  if (server_) server_->Exec("DROP DATABASE IF EXISTS " + database_ + " WITH (FORCE)");
}

pg::Connection LedgerTest::Connect(const std::string& lock_timeout) {
  return pg::Connection::Open(Options(database_, lock_timeout), stop_);
}

std::string LedgerTest::url() const { return Options(database_, "0").url; }

std::string LedgerTest::One(const std::string& sql, const pg::Params& params) {
  pg::Result rows = session().Exec(sql, params);
  EXPECT_EQ(rows.rows(), 1) << sql;
  return rows.rows() == 1 ? std::string(rows.text(0, 0)) : "";
}

bool LedgerTest::Await(const std::string& query) {
  pg::Connection connection = Connect();
  return pg::Comes([&] { return connection.Exec("SELECT EXISTS (" + query + ")").boolean(0, 0); });
}

ImportId LedgerTest::StartedImport(const std::string& scope) {
  ImportId import = OpenImport(session(), "fhir", scope, "s3://bucket/", "{}");
  EXPECT_TRUE(StartImport(session(), import));
  return import;
}

WorkerId LedgerTest::Worker(const std::string& host, int pid) {
  return RegisterWorker(session(), {.host = host,
                                    .pid = pid,
                                    .place = host,
                                    .pid_start = "1",
                                    .version = "test",
                                    .command = "test",
                                    .import = {}});
}

std::vector<NewJob> LedgerTest::Page(int objects, const std::string& etag) {
  std::vector<NewJob> page;
  for (int i = 0; i < objects; ++i) {
    NewJob job;
    job.target = "fhir:public.thing";
    job.label = "Thing";
    job.object.ref = {"https://store", "bucket", "key-" + std::to_string(i), etag};
    job.object.size_bytes = static_cast<uint64_t>(1000 - i);
    page.push_back(job);
  }
  return page;
}

ClaimOptions LedgerTest::ClaimBy(ImportId import, WorkerId worker,
                                 std::chrono::milliseconds lease) {
  ClaimOptions options;
  options.import = import;
  options.worker = worker;
  options.backend_start = "2000-01-01 00:00:00Z";
  options.lease = lease;
  return options;
}

Job LedgerTest::MustClaim(pg::Connection& connection, const ClaimOptions& options) {
  ClaimOptions mine = options;
  mine.backend_start = BackendStart(connection);
  std::optional<Job> job = Claim(connection, mine);
  EXPECT_TRUE(job.has_value());
  return job.value_or(Job());
}

Receipt LedgerTest::LoadRows(pg::Connection& connection, const Job& job, const std::string& etag,
                             uint64_t rows) {
  pg::Transaction tx(connection);
  std::optional<Receipt> receipt = InsertReceipt(connection, job,
                                                 {.relation = relation_,
                                                  .etag = etag,
                                                  .first_record = 0,
                                                  .reload = job.reload,
                                                  .txid_sequence = "public.transaction_id_seq"});
  EXPECT_TRUE(receipt.has_value());
  SettleDone(connection, job, *receipt, etag, {rows, rows, 0, 0}, 100, {});
  tx.Commit();
  return *receipt;
}

}  // namespace sluice
