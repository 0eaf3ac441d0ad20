// bzip2: streams one after another. libbz2 checks every block's and every stream's CRC.
#include <bzlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "bytes/decoder.h"

namespace sluice {
namespace {

constexpr std::string_view kMagic = "BZh";

class Bzip2Decoder final : public Decoder {
 public:
  ~Bzip2Decoder() override { EndStream(); }

  size_t Decode(PackedInput& in, std::span<char> into) override {
    while (in_stream_ || BeginStream(in)) {
      size_t unpacked = Decompress(in, into);
      if (unpacked > 0) return unpacked;
    }
    return 0;
  }

 private:
  // False at the end of the file.
  bool BeginStream(PackedInput& in) {
    auto start = in.Peek(kMagic.size());
    if (start.empty()) return false;
    if (streams_ > 0 && !std::string_view(start.data(), start.size()).starts_with(kMagic)) {
      throw Fault("bzip2-trailing-garbage",
                  "the bzip2 data is followed by bytes that are not bzip2")
          .Remedy("Remove what follows the last bzip2 stream and upload again.");
    }
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
    in_stream_ = true;
    ++streams_;
    return true;
  }

  size_t Decompress(PackedInput& in, std::span<char> into) {
    auto packed = in.Fill();
    constexpr size_t kMost = std::numeric_limits<int32_t>::max();
    auto room = static_cast<unsigned>(std::min(into.size(), kMost));
    stream_.next_in = const_cast<char*>(packed.data());
    stream_.avail_in = static_cast<unsigned>(packed.size());
    stream_.next_out = into.data();
    stream_.avail_out = room;
    int answer = BZ2_bzDecompress(&stream_);
    in.Consume(packed.size() - stream_.avail_in);
    if (answer == BZ_MEM_ERROR) throw std::bad_alloc();
    if (answer != BZ_OK && answer != BZ_STREAM_END) {
      throw Fault("bzip2-corrupt", "the bzip2 data is damaged")
          .Remedy("Check the file with bzip2 -t and upload a sound one.");
    }
    size_t unpacked = room - stream_.avail_out;
    if (answer == BZ_STREAM_END) {
      EndStream();
    } else if (unpacked == 0 && packed.empty()) {
      throw Fault("bzip2-truncated", "the bzip2 data ends in the middle of a stream")
          .Remedy("Upload the complete file again.");
    }
    return unpacked;
  }

  void EndStream() {
    if (in_stream_) BZ2_bzDecompressEnd(&stream_);
    in_stream_ = false;
  }

  bz_stream stream_{};
  bool in_stream_ = false;
  uint64_t streams_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewBzip2Decoder() { return std::make_unique<Bzip2Decoder>(); }

}  // namespace sluice
