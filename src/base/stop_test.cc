#include "base/stop.h"

#include <poll.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

bool Readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return poll(&wait, 1, 0) == 1;
}

TEST(Stop, IsNotRequestedAtFirst) {
  Stop stop;
  EXPECT_FALSE(stop.requested());
  EXPECT_FALSE(Readable(stop.fd()));
  EXPECT_FALSE(stop.SleepFor(milliseconds(1)));
  EXPECT_NO_THROW(stop.ThrowIfRequested());
}

TEST(Stop, StaysRequestedAndReadable) {
  Stop stop;
  stop.Request();
  stop.Request();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(stop.requested());
    EXPECT_TRUE(Readable(stop.fd()));
    EXPECT_TRUE(stop.SleepFor(hours(1)));
  }
}

TEST(Stop, WakesASleeper) {
  Stop stop;
  std::jthread other([&] { stop.Request(); });
  EXPECT_TRUE(stop.SleepFor(hours(1)));
}

TEST(Stop, CanBeRequestedByASignalHandler) {
  static Stop* stop_of_handler;
  Stop stop;
  stop_of_handler = &stop;
  auto before = std::signal(SIGUSR1, [](int) { stop_of_handler->Request(); });
  std::raise(SIGUSR1);
  std::signal(SIGUSR1, before);
  stop_of_handler = nullptr;
  EXPECT_TRUE(stop.requested());
}

TEST(Stop, ThrowsAnErrorThatMayBeTriedAgain) {
  Stop stop;
  stop.Request();
  try {
    stop.ThrowIfRequested();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "interrupted");
    EXPECT_EQ(error.retry(), Retry::kLater);
    EXPECT_EQ(error.scope(), Scope::kRun);
  }
}

}  // namespace
}  // namespace sluice
