#include "row/copy_binary.h"

#include <gtest/gtest.h>

#include <limits>

namespace sluice {
namespace {

using std::literals::operator""s;

class CopyBinaryTest : public testing::Test {
 protected:
  std::string out_;
  CopyBinaryEncoder encoder_{out_};
};

TEST_F(CopyBinaryTest, OpensAndEndsTheStreamAsTheManualSays) {
  EXPECT_EQ(CopyBinaryHeader(),
            "\x50\x47\x43\x4f\x50\x59\x0a\xff\x0d\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00"s);
  EXPECT_EQ(CopyBinaryTrailer(), "\xff\xff");
}

TEST_F(CopyBinaryTest, AnEmptyTupleIsItsFieldCount) {
  encoder_.Tuple(0);
  EXPECT_EQ(out_, "\x00\x00"s);
}

TEST_F(CopyBinaryTest, CountsFieldsInTwoBytes) {
  encoder_.Tuple(0x0106);
  EXPECT_EQ(out_, "\x01\x06");
}

TEST_F(CopyBinaryTest, NullIsALengthOfMinusOne) {
  encoder_.Null();
  EXPECT_EQ(out_, "\xff\xff\xff\xff");
}

TEST_F(CopyBinaryTest, TextIsLengthAndBytes) {
  encoder_.Text("abc");
  encoder_.Text("");
  EXPECT_EQ(out_, "\x00\x00\x00\x03"s + "abc" + "\x00\x00\x00\x00"s);
}

TEST_F(CopyBinaryTest, IntegersAreBigEndian) {
  encoder_.Int8(0x0102030405060708);
  encoder_.Int4(-2);
  encoder_.Bool(true);
  encoder_.Bool(false);
  EXPECT_EQ(out_,
            "\x00\x00\x00\x08\x01\x02\x03\x04\x05\x06\x07\x08"
            "\x00\x00\x00\x04\xff\xff\xff\xfe"
            "\x00\x00\x00\x01\x01"
            "\x00\x00\x00\x01\x00"s);
}

TEST_F(CopyBinaryTest, IntegersReachTheirLimits) {
  encoder_.Int8(std::numeric_limits<int64_t>::min());
  encoder_.Int8(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(out_,
            "\x00\x00\x00\x08\x80\x00\x00\x00\x00\x00\x00\x00"
            "\x00\x00\x00\x08\x7f\xff\xff\xff\xff\xff\xff\xff"s);
}

TEST_F(CopyBinaryTest, ATimestampIsMicrosecondsSince2000) {
  encoder_.TimestampTz(-1);
  EXPECT_EQ(out_, "\x00\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xff"s);
}

TEST_F(CopyBinaryTest, JsonbIsAVersionByteAndThePieces) {
  encoder_.Text("x");
  encoder_.BeginJsonb();
  encoder_.JsonbPiece("{\"a\":");
  encoder_.JsonbPiece("1}");
  encoder_.EndJsonb();
  encoder_.Null();
  EXPECT_EQ(out_, "\x00\x00\x00\x01x\x00\x00\x00\x08\x01{\"a\":1}\xff\xff\xff\xff"s);
}

TEST_F(CopyBinaryTest, ALongJsonbHasItsLengthInAllFourBytes) {
  encoder_.BeginJsonb();
  encoder_.JsonbPiece(std::string(0x010203, ' '));
  encoder_.EndJsonb();
  EXPECT_EQ(out_.substr(0, 5), "\x00\x01\x02\x04\x01"s);
}

}  // namespace
}  // namespace sluice
