#include "pg/cluster_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::pg {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr uint64_t kGb = uint64_t{1} << 30;

ClusterFacts Facts(uint64_t memory_gb, uint64_t disk_gb) {
  return {.root = "/it's/root",
          .socket_directory = "/a, \"b\"/socket",
          .major = 15,
          .memory_bytes = memory_gb * kGb,
          .disk_free_bytes = disk_gb * kGb};
}

TEST(ClusterConfigTest, BuffersFollowTheMachineWithinLimits) {
  EXPECT_THAT(PostgresqlConf(Facts(0, 0)), HasSubstr("\nshared_buffers = 64MB\n"));
  EXPECT_THAT(PostgresqlConf(Facts(4, 4)), HasSubstr("\nshared_buffers = 512MB\n"));
  EXPECT_THAT(PostgresqlConf(Facts(64, 400)), HasSubstr("\nshared_buffers = 1024MB\n"));
  EXPECT_THAT(PostgresqlConf(Facts(0, 0)), HasSubstr("\nmax_wal_size = 1024MB\n"));
  EXPECT_THAT(PostgresqlConf(Facts(0, 16)), HasSubstr("\nmax_wal_size = 2048MB\n"));
  EXPECT_THAT(PostgresqlConf(Facts(0, 400)), HasSubstr("\nmax_wal_size = 8192MB\n"));
  EXPECT_GT(MemoryBytes(), kGb / 16);
}

TEST(ClusterConfigTest, DurabilityIsNeverTurnedOff) {
  std::string conf = PostgresqlConf(Facts(4, 40));
  for (const char* setting : {"\nfsync", "\nfull_page_writes", "\nsynchronous_commit"}) {
    EXPECT_THAT(conf, Not(HasSubstr(setting)));
  }
}

TEST(ClusterConfigTest, PathsAreQuoted) {
  std::string conf = PostgresqlConf(Facts(4, 40));
  EXPECT_THAT(conf, HasSubstr("hba_file = '/it''s/root/pg_hba.conf'\n"));
  EXPECT_THAT(conf, HasSubstr(R"(unix_socket_directories = '"/a, ""b""/socket"')"
                              "\n"));
}

TEST(ClusterConfigTest, WhatAnOlderServerLacksIsNotAskedOfIt) {
  ClusterFacts facts = Facts(4, 40);
  facts.major = 13;
  EXPECT_THAT(PostgresqlConf(facts), Not(HasSubstr("lz4")));
}

TEST(ClusterConfigTest, OnlyTheServersUserAndRootAreMapped) {
  EXPECT_THAT(PgHbaConf(), HasSubstr("\nlocal all all peer map=sluice\n"));
  EXPECT_THAT(PgHbaConf(), Not(HasSubstr("host")));
  EXPECT_THAT(PgIdentConf("ann"), HasSubstr("\nsluice \"ann\" sluice\nsluice \"root\" sluice\n"));
}

}  // namespace
}  // namespace sluice::pg
