#include "app/server/listen_address.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

TEST(ListenAddress, IsReadAsUsersWriteIt) {
  EXPECT_EQ(ParseListenAddress("127.0.0.1:80").Shown(), "127.0.0.1:80");
  EXPECT_EQ(ParseListenAddress("localhost:0").Shown(), "127.0.0.1:0");
  EXPECT_EQ(ParseListenAddress("[::1]:8060").Shown(), "[::1]:8060");
  EXPECT_EQ(ParseListenAddress(":8060").Shown(), "0.0.0.0:8060");
}

TEST(ListenAddress, KnowsLoopback) {
  EXPECT_TRUE(ParseListenAddress("127.1.2.3:1").is_loopback());
  EXPECT_TRUE(ParseListenAddress("[::1]:1").is_loopback());
  EXPECT_FALSE(ParseListenAddress(":1").is_loopback());
  EXPECT_FALSE(ParseListenAddress("[::]:1").is_loopback());
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                           "example.com:80", "127.0.0.1:80 ", "1.2.3:80"}) {
    EXPECT_THROW(ParseListenAddress(text), Error) << text;
  }
}

}  // namespace
}  // namespace sluice
