// Who runs the private cluster: the calling user, or for root, whom PostgreSQL refuses, the user
// postgres. Programs that touch the cluster's data run as that user and in a session of their own,
// so that neither a terminal's Ctrl-C nor the end of sluice reaches the server they start.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/deadline.h"

namespace sluice::pg {

class ServerUser {
 public:
  // Errors: "postgres-missing" for root on a machine without the user postgres.
  static ServerUser Choose();

  struct Outcome {
    int status;          // exit status, or 128 + signal
    std::string output;  // stdout and stderr, its last 16 KiB
  };
  // Runs a program with a small environment and no open files but its output; kills it at the
  // deadline.
  Outcome Run(const std::vector<std::string>& arguments, Deadline deadline) const;

  const std::string& name() const { return name_; }
  uid_t uid() const { return uid_; }
  gid_t gid() const { return gid_; }
  bool is_caller() const;

 private:
  ServerUser() = default;

  std::string name_;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  std::vector<gid_t> groups_;
};

}  // namespace sluice::pg
