#include "base/sha256_stream.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Sha256StreamTest, PiecesCountAsTheWhole) {
  std::string text(100'000, 'x');
  for (size_t piece : {size_t{1}, size_t{63}, size_t{64}, size_t{99'999}}) {
    Sha256Stream stream;
    for (size_t at = 0; at < text.size(); at += piece) stream.Add(text.substr(at, piece));
    EXPECT_EQ(stream.Finish(), Sha256(text)) << piece;
  }
}

TEST(Sha256StreamTest, NothingHasADigestToo) {
  Sha256Stream stream;
  EXPECT_EQ(Hex(stream.Finish()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace sluice
