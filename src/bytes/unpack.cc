#include "bytes/unpack.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/unit.h"
#include "bytes/decoder.h"

namespace sluice {
namespace {

using std::literals::operator""sv;

// The longest signature below.
constexpr size_t kSniffBytes = 10;

Compression Sniff(std::string_view start) {
  if (start.starts_with("\x1f\x8b"sv)) return Compression::kGzip;
  if (start.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::kZstd;
  // A skippable frame, 0x184D2A50 to 0x184D2A5F, may come first: `pzstd` writes one.
  if (start.size() >= 4 && (start[0] & 0xf0) == 0x50 &&
      start.substr(1).starts_with("\x2a\x4d\x18")) {
    return Compression::kZstd;
  }
  // "BZh" and a digit could be text; the six bytes of a block's or an empty stream's start cannot.
  if (start.starts_with("BZh") && start.size() == kSniffBytes && start[3] >= '1' &&
      start[3] <= '9') {
    auto next = start.substr(4);
    if (next == "\x31\x41\x59\x26\x53\x59"sv || next == "\x17\x72\x45\x38\x50\x90"sv) {
      return Compression::kBzip2;
    }
  }
  return Compression::kPlain;
}

class PlainDecoder final : public Decoder {
 public:
  size_t Decode(PackedInput& in, std::span<char> into) override { return in.Move(into); }
};

std::unique_ptr<Decoder> NewDecoder(Compression compression) {
  switch (compression) {
    case Compression::kPlain:
      return NewPlainDecoder();
    case Compression::kGzip:
      return NewGzipDecoder();
    case Compression::kZstd:
      return NewZstdDecoder();
    case Compression::kBzip2:
      return NewBzip2Decoder();
  }
  return nullptr;
}

class UnpackedSource final : public ByteSource {
 public:
  UnpackedSource(PackedInput in, std::unique_ptr<Decoder> decoder, const UnpackLimits& limits)
      : in_(std::move(in)), decoder_(std::move(decoder)), limits_(limits) {
    CHECK(limits.ratio_max > 0);
  }

  size_t Read(std::span<char> into) override try {
    size_t got = decoder_->Decode(in_, into);
    unpacked_ += got;
    EnforceLimits();
    return got;
  } catch (Error& error) {
    error.Within(fmt::format("at byte {} (unpacked: {})", in_.offset(), unpacked_));
    throw;
  }

 private:
  void EnforceLimits() const {
    if (unpacked_ > limits_.unpacked_bytes_max) {
      throw Fault("object-too-large", fmt::format("the object holds more than {} unpacked",
                                                  FormatBytes(limits_.unpacked_bytes_max)))
          .Remedy("Split the file, or raise the limit.");
    }
    if (unpacked_ <= limits_.ratio_free_bytes) return;
    if (unpacked_ / limits_.ratio_max > in_.offset()) {
      throw Fault(
          "expansion-ratio",
          fmt::format("the object unpacks to more than {} times its size", limits_.ratio_max))
          .Remedy("Make sure that the file is no decompression bomb, or raise the limit.");
    }
  }

  PackedInput in_;
  std::unique_ptr<Decoder> decoder_;
  const UnpackLimits limits_;
  uint64_t unpacked_ = 0;
};

}  // namespace

std::string_view ToString(Compression compression) {
  switch (compression) {
    case Compression::kPlain:
      return "plain";
    case Compression::kGzip:
      return "gzip";
    case Compression::kZstd:
      return "zstd";
    case Compression::kBzip2:
      return "bzip2";
  }
  return "?";
}

std::unique_ptr<Decoder> NewPlainDecoder() { return std::make_unique<PlainDecoder>(); }

std::unique_ptr<ByteSource> Unpack(std::unique_ptr<ByteSource> packed, const UnpackLimits& limits,
                                   Compression* told) {
  PackedInput in(std::move(packed));
  auto start = in.Peek(kSniffBytes);
  Compression compression = Sniff({start.data(), std::min(start.size(), kSniffBytes)});
  if (told != nullptr) *told = compression;
  return std::make_unique<UnpackedSource>(std::move(in), NewDecoder(compression), limits);
}

}  // namespace sluice
