#include "bytes/pack.h"

#include <gtest/gtest.h>

#include "base/unit.h"
#include "bytes/byte_source_testing.h"
#include "bytes/unpack.h"

namespace sluice {
namespace {

std::string Text(size_t bytes) {
  std::string text;
  for (size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i * 7919 % 100003) + "\t";
  text.resize(bytes);
  return text;
}

TEST(Pack, WhatIsPackedInPiecesUnpacksToTheSame) {
  for (Packing packing : {Packing::kNone, Packing::kGzip, Packing::kZstd}) {
    for (size_t size : {size_t{0}, size_t{1}, size_t{100}, 3 * kMiB + 17}) {
      const std::string text = Text(size);
      auto packer = NewPacker(packing);
      std::string packed;
      for (size_t at = 0; at < size; at += 70'000) {
        packer->Pack(std::string_view(text).substr(at, 70'000), false, packed);
      }
      packer->Pack("", true, packed);
      UnpackLimits limits{.unpacked_bytes_max = kGiB, .ratio_max = 1000, .ratio_free_bytes = kGiB};
      auto source = Unpack(std::make_unique<StringSource>(packed), limits);
      EXPECT_TRUE(ReadAll(*source) == text) << SuffixOf(packing) << " " << size;
      EXPECT_TRUE(size < kMiB || packing == Packing::kNone || packed.size() < size / 2);
    }
  }
}

}  // namespace
}  // namespace sluice
