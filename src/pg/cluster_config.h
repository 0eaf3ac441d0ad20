// The private cluster's configuration files as text. They are rewritten at each start, so they
// follow the machine and this version of sluice; an administrator's own settings go into
// local.conf.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace sluice::pg {

// The one role of the private cluster, its superuser.
inline constexpr const char* kClusterRole = "sluice";
inline constexpr const char* kClusterDatabase = "sluice";
// The port is a part of the socket's name; nothing listens on it.
inline constexpr const char* kClusterPort = "5432";

struct ClusterFacts {
  std::filesystem::path root;  // holds data/, log/ and the files below
  std::filesystem::path socket_directory;
  int major;
  uint64_t memory_bytes;
  uint64_t disk_free_bytes;
};

std::string PostgresqlConf(const ClusterFacts& facts);
// Peer authentication through the map below, and nothing else.
std::string PgHbaConf();
// The operating system's users who are the cluster's role: the server's own, and root, who could
// become it anyway.
std::string PgIdentConf(const std::string& server_user);

// RAM, or the cgroup's limit where that is lower.
uint64_t MemoryBytes();

}  // namespace sluice::pg
