#include "base/crash_point.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>

namespace sluice {
namespace {

// How a child ends that passes the point "settle" three times: its wait status.
int StatusOfChild(const char* crash_at) {
  pid_t child = fork();
  if (child == 0) {
    if (crash_at == nullptr) {
      unsetenv("SLUICE_CRASH_AT");
    } else {
      setenv("SLUICE_CRASH_AT", crash_at, 1);
    }
    CrashPoint("commit");
    for (int passage = 0; passage < 3; ++passage) CrashPoint("settle");
    _exit(0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

#ifdef SLUICE_CRASH_POINTS

TEST(CrashPoint, KillsTheProcessAtItsFirstPassage) {
  int status = StatusOfChild("settle");
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(CrashPoint, KillsTheProcessAtALaterPassage) {
  EXPECT_TRUE(WIFSIGNALED(StatusOfChild("settle:3")));
  EXPECT_EQ(StatusOfChild("settle:4"), 0) << "there are only three";
}

#endif

TEST(CrashPoint, IsNothingWithoutTheVariable) { EXPECT_EQ(StatusOfChild(nullptr), 0); }

TEST(CrashPoint, FailsNothingWhenAnotherPointIsNamed) {
  EXPECT_EQ(StatusOfChild("settled"), 0);
  EXPECT_EQ(StatusOfChild("set"), 0);
  EXPECT_EQ(StatusOfChild(""), 0);
}

}  // namespace
}  // namespace sluice
