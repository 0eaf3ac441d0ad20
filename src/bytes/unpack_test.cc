#include "bytes/unpack.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/unit.h"
#include "bytes/byte_source_testing.h"
#include "bytes/corpus_testing.h"
#include "bytes/pack_testing.h"
#include "bytes/unpack_fuzz_testing.h"

namespace sluice {
namespace {

using std::literals::operator""s;

constexpr UnpackLimits kLimits{kGiB, 1000, kMiB};

// Text that compresses somewhat, and differently all over.
std::string Text(size_t bytes) {
  std::string text;
  for (uint64_t i = 1; text.size() < bytes; ++i) {
    text += "line " + std::to_string(i * 2654435761u % 1000003) + (i % 7 == 0 ? "\n" : ",");
  }
  text.resize(bytes);
  return text;
}

std::unique_ptr<ByteSource> Source(std::string bytes, size_t step = SIZE_MAX) {
  return std::make_unique<StringSource>(std::move(bytes), step);
}

class UnpackTest : public testing::Test {
 protected:
  static std::string Unpacked(const std::string& packed, size_t step = SIZE_MAX,
                              size_t buffer_bytes = 64 * 1024) {
    return ReadAll(*Unpack(Source(packed, step), kLimits), buffer_bytes);
  }

  static Compression Told(const std::string& packed) {
    Compression told = Compression::kPlain;
    Unpack(Source(packed), kLimits, &told);
    return told;
  }

  static Error Refusal(std::unique_ptr<ByteSource> packed, const UnpackLimits& limits = kLimits) {
    try {
      ReadAll(*Unpack(std::move(packed), limits));
    } catch (const Error& error) {
      EXPECT_EQ(error.retry(), Retry::kNever);
      EXPECT_EQ(error.scope(), Scope::kObject);
      EXPECT_EQ(error.origin(), Origin::kSluice);
      EXPECT_NE(error.remedy(), "");
      return error;
    }
    return Fault("none", "nothing was thrown");
  }

  static std::string Code(const std::string& packed) { return Refusal(Source(packed)).code(); }
};

TEST_F(UnpackTest, TellsTheFormatByTheFirstBytes) {
  EXPECT_EQ(Told(Gzip("x")), Compression::kGzip);
  EXPECT_EQ(Told(Zstd("x")), Compression::kZstd);
  EXPECT_EQ(Told(Bzip2("x")), Compression::kBzip2);
  EXPECT_EQ(Told(Bzip2("")), Compression::kBzip2);
  EXPECT_EQ(Told("\x51\x2a\x4d\x18\x01\0\0\0x"s + Zstd("x")), Compression::kZstd);
  EXPECT_EQ(Told("{\"id\":1}"), Compression::kPlain);
  EXPECT_EQ(Told("BZh9 is text"), Compression::kPlain);
  EXPECT_EQ(Told("P*"), Compression::kPlain);
  EXPECT_EQ(Told("\x1f"), Compression::kPlain);
  EXPECT_EQ(Told(""), Compression::kPlain);
}

TEST_F(UnpackTest, AnEmptyObjectIsAnEmptySource) {
  auto source = Unpack(Source(""), kLimits);
  char byte = 0;
  EXPECT_EQ(source->Read({&byte, 1}), 0u);
  EXPECT_EQ(source->Read({&byte, 1}), 0u);
}

TEST_F(UnpackTest, GivesBackWhatWasPacked) {
  for (size_t size : {0, 1, 100, 70'000, 1'000'000}) {
    std::string text = Text(size);
    EXPECT_EQ(Unpacked(text), text);
    EXPECT_EQ(Unpacked(Gzip(text)), text);
    EXPECT_EQ(Unpacked(Zstd(text)), text);
    EXPECT_EQ(Unpacked(Bzip2(text)), text);
  }
}

TEST_F(UnpackTest, ReadsAllMembersOfAFile) {
  std::string first = Text(300'000), last = Text(50);
  std::string expected = first + last;
  EXPECT_EQ(Unpacked(Gzip(first) + Gzip("") + GzipWithFullHeader("") + Gzip(last)), expected);
  EXPECT_EQ(Unpacked(Zstd(first) + Zstd("") + "\x50\x2a\x4d\x18\x02\0\0\0ab"s + Zstd(last)),
            expected);
  EXPECT_EQ(Unpacked(Bzip2(first) + Bzip2("") + Bzip2(last)), expected);
}

TEST_F(UnpackTest, DoesNotCareHowTheBytesArrive) {
  std::string text = Text(5'000);
  std::vector<std::string> files = {text, Gzip(text) + GzipWithFullHeader(text) + Gzip(text),
                                    Zstd(text) + Zstd(text), Bzip2(text) + Bzip2(text)};
  for (const std::string& file : files) {
    std::string whole = Unpacked(file);
    for (size_t step = 1; step <= 40; ++step) {
      EXPECT_EQ(Unpacked(file, step), whole) << step;
      EXPECT_EQ(Unpacked(file, step, step), whole) << step;
      EXPECT_EQ(Unpacked(file, SIZE_MAX, step), whole) << step;
    }
  }
}

TEST_F(UnpackTest, ReadsAGzipHeaderWithEveryField) {
  EXPECT_EQ(Unpacked(GzipWithFullHeader("text")), "text");
}

TEST_F(UnpackTest, NamesThePlaceOfAFault) {
  std::string packed = Gzip(Text(100'000));
  Error error = Refusal(Source(packed + "junk"));
  EXPECT_EQ(error.message(), "at byte " + std::to_string(packed.size()) +
                                 " (unpacked: 100000): the gzip data is followed by bytes that are "
                                 "not gzip");
}

TEST_F(UnpackTest, StopsAtTheSizeLimit) {
  std::string text = Text(1000);
  UnpackLimits limits{1000, 1000, kMiB};
  for (const std::string& packed : {text, Gzip(text), Zstd(text), Bzip2(text)}) {
    EXPECT_EQ(ReadAll(*Unpack(Source(packed), limits)), text);
  }
  text += "!";
  for (const std::string& packed : {text, Gzip(text), Zstd(text), Bzip2(text)}) {
    EXPECT_EQ(Refusal(Source(packed), limits).code(), "object-too-large");
  }
}

TEST_F(UnpackTest, StopsAtABomb) {
  std::string zeros(50 * kMiB, '\0');
  UnpackLimits limits{kGiB, 50, kMiB};
  for (const std::string& packed : {Gzip(zeros), Zstd(zeros), Bzip2(zeros)}) {
    EXPECT_EQ(Refusal(Source(packed), limits).code(), "expansion-ratio");
  }
  // Below the free bytes, a ratio says nothing.
  EXPECT_EQ(ReadAll(*Unpack(Source(Gzip(zeros)), {kGiB, 50, 50 * kMiB})), zeros);
}

TEST_F(UnpackTest, PlainNeverExpands) {
  auto plain = std::make_unique<MonotonousSource>('x', 3 * kMiB);
  EXPECT_EQ(ReadAll(*Unpack(std::move(plain), {kGiB, 1, 0})).size(), 3 * kMiB);
}

TEST_F(UnpackTest, TakesAZstdWindowUpToTheLimit) {
  std::string text = Text(200);
  EXPECT_EQ(Unpacked(Zstd(text, 19)), text);
  // A frame header by hand: magic, descriptor without size, window descriptor 2^24 and 2^23.
  EXPECT_EQ(Code("\x28\xb5\x2f\xfd\x00\x70\x01\x00\x00"s), "zstd-window-too-large");
  EXPECT_EQ(Unpacked("\x28\xb5\x2f\xfd\x00\x68\x01\x00\x00"s), "");
}

TEST_F(UnpackTest, NoticesEveryTruncation) {
  std::string text = Text(300);
  struct {
    std::string packed, code;
    size_t from;
  } cases[] = {{Gzip(text), "gzip-truncated", 2},
               {GzipWithFullHeader("text"), "gzip-truncated", 2},
               {Zstd(text), "zstd-truncated", 4},
               {Bzip2(text), "bzip2-truncated", 10}};
  for (const auto& c : cases) {
    for (size_t size = c.from; size < c.packed.size(); ++size) {
      EXPECT_EQ(Code(c.packed.substr(0, size)), c.code) << size;
      EXPECT_EQ(Code(c.packed + c.packed.substr(0, size)), c.code) << size;
    }
  }
}

TEST_F(UnpackTest, NeverGivesAnythingButWhatWasPacked) {
  std::string text = Text(200);
  for (const std::string& packed : {Gzip(text), Zstd(text), Bzip2(text)}) {
    for (size_t at = 0; at < packed.size() * 8; ++at) {
      std::string damaged = packed;
      damaged[at / 8] = static_cast<char>(damaged[at / 8] ^ 1 << at % 8);
      try {
        // A flipped bit that means nothing (a time in a header, padding) may pass; one in the magic
        // makes the file plain.
        std::string unpacked = Unpacked(damaged);
        EXPECT_TRUE(unpacked == text || unpacked == damaged) << at;
      } catch (const Error&) {
      }
    }
  }
}

TEST_F(UnpackTest, EveryErrorPath) {
  auto with = [](std::string bytes, size_t at, char byte) {
    bytes[at] = byte;
    return bytes;
  };
  std::string text = Text(500);
  std::string gzip = Gzip(text), zstd = Zstd(text), bzip2 = Bzip2(text);
  std::string full = GzipWithFullHeader("text");
  EXPECT_EQ(Code(with(gzip, gzip.size() - 8, 'x')), "gzip-corrupt");  // CRC
  EXPECT_EQ(Code(with(gzip, gzip.size() - 1, 'x')), "gzip-corrupt");  // ISIZE
  EXPECT_EQ(Code(with(gzip, 2, 'x')), "gzip-corrupt");                // method
  EXPECT_EQ(Code(with(gzip, 3, '\x80')), "gzip-corrupt");             // reserved flag
  EXPECT_EQ(Code(with(full, 20, 'y')), "gzip-corrupt");               // header CRC
  EXPECT_EQ(Code("\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff"s), "gzip-corrupt");
  EXPECT_EQ(Code(gzip + with(gzip, gzip.size() - 8, 'x') + gzip), "gzip-corrupt");
  EXPECT_EQ(Code(gzip + "\0"s), "gzip-trailing-garbage");
  EXPECT_EQ(Code(gzip + std::string(1024, '\0')), "gzip-trailing-garbage");
  EXPECT_EQ(Code(gzip + "\x1f"), "gzip-trailing-garbage");
  EXPECT_EQ(Code(with(zstd, zstd.size() - 1, 'x')), "zstd-corrupt");  // checksum
  EXPECT_EQ(Code(with(zstd, 20, '\xff')), "zstd-corrupt");
  EXPECT_EQ(Code(zstd + "junk"), "zstd-trailing-garbage");
  EXPECT_EQ(Code(zstd + "x"), "zstd-trailing-garbage");
  EXPECT_EQ(Code(with(bzip2, bzip2.size() - 3, 'x')), "bzip2-corrupt");  // checksum
  EXPECT_EQ(Code(with(bzip2, 30, '\xff')), "bzip2-corrupt");
  EXPECT_EQ(Code(bzip2 + "junk"), "bzip2-trailing-garbage");
  EXPECT_EQ(Code(bzip2 + "B"), "bzip2-trailing-garbage");
}

TEST_F(UnpackTest, PassesTheSourcesOwnErrorsOn) {
  struct Failing final : ByteSource {
    size_t Read(std::span<char> into) override {
      if (first) {
        first = false;
        into[0] = '{';
        return 1;
      }
      throw Error(Origin::kAws, "SlowDown", "slow down").With(Retry::kLater);
    }
    bool first = true;
  };
  try {
    ReadAll(*Unpack(std::make_unique<Failing>(), kLimits));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "SlowDown");
    EXPECT_EQ(error.retry(), Retry::kLater);
  }
}

TEST_F(UnpackTest, HoldsForTheFuzzersSeeds) {
  auto seeds = Corpus("unpack_fuzz");
  EXPECT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) FuzzUnpack(seed);
}

}  // namespace
}  // namespace sluice
