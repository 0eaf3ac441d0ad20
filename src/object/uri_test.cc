#include "object/uri.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Uri, EncodesAllButUnreservedBytes) {
  EXPECT_EQ(EncodeUri("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(EncodeUri("a b+c/d%e#f"), "a%20b%2Bc%2Fd%25e%23f");
  EXPECT_EQ(EncodeUri("\xc3\xbc\xff"), "%C3%BC%FF");
  EXPECT_EQ(EncodeUri(std::string_view("\0", 1)), "%00");
  EXPECT_EQ(EncodeUriPath("/a b//c/"), "/a%20b//c/");
}

TEST(Uri, DecodesWhatItEncodes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(DecodeUri(EncodeUri(all)), all);
  EXPECT_EQ(DecodeUri(EncodeUriPath(all)), all);
  EXPECT_EQ(DecodeUri(EncodeUri(all), true), all);
}

TEST(Uri, ReadsPlusAsASpaceOnlyWhereToldTo) {
  EXPECT_EQ(DecodeUri("a+b%2Bc"), "a+b+c");
  EXPECT_EQ(DecodeUri("a+b%2Bc", true), "a b+c");
}

TEST(Uri, EveryErrorPath) {
  for (const char* text : {"%", "%4", "%zz", "%4z", "a%"}) EXPECT_EQ(DecodeUri(text), text);
}

}  // namespace
}  // namespace sluice
