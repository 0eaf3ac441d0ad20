// zstd (RFC 8878): frames one after another, skippable ones included. libzstd checks a frame's
// checksum and content size where it has them.
#include <zstd.h>
#include <zstd_errors.h>

#include <bit>
#include <cstring>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "bytes/decoder.h"

namespace sluice {
namespace {

// A frame may ask for a window of this size, log2: what RFC 8878 recommends decoders to support,
// and what `zstd` writes up to level 19. More (--ultra, --long) would break the memory arithmetic.
constexpr int kWindowLogMax = 23;

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    CHECK(context_ != nullptr);
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  }

  size_t Decode(PackedInput& in, std::span<char> into) override {
    while (in_frame_ || BeginFrame(in)) {
      auto packed = in.Fill();
      ZSTD_inBuffer source{packed.data(), packed.size(), 0};
      ZSTD_outBuffer target{into.data(), into.size(), 0};
      size_t answer = ZSTD_decompressStream(context_.get(), &target, &source);
      in.Consume(source.pos);
      if (ZSTD_isError(answer) != 0) Throw(answer);
      in_frame_ = answer != 0;
      if (target.pos > 0) return target.pos;
      if (in_frame_ && packed.empty()) {
        throw Fault("zstd-truncated", "the zstd data ends in the middle of a frame")
            .Remedy("Upload the complete file again.");
      }
    }
    return 0;
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  // False at the end of the file.
  bool BeginFrame(PackedInput& in) {
    auto start = in.Peek(sizeof(uint32_t));
    if (start.empty()) return false;
    uint32_t magic = 0;
    std::memcpy(&magic, start.data(), std::min(start.size(), sizeof magic));
    static_assert(std::endian::native == std::endian::little);
    bool known = magic == ZSTD_MAGICNUMBER ||
                 (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
    if (!known && frames_ > 0) {
      throw Fault("zstd-trailing-garbage", "the zstd data is followed by bytes that are not zstd")
          .Remedy("Remove what follows the last zstd frame and upload again.");
    }
    in_frame_ = true;
    ++frames_;
    return true;
  }

  [[noreturn]] static void Throw(size_t answer) {
    if (ZSTD_getErrorCode(answer) == ZSTD_error_frameParameter_windowTooLarge) {
      throw Fault("zstd-window-too-large", "the zstd data needs a window above 8 MiB")
          .Remedy("Compress the file again without --ultra and --long.");
    }
    throw Fault("zstd-corrupt",
                std::string("the zstd data is damaged: ") + ZSTD_getErrorName(answer))
        .Remedy("Check the file with zstd -t and upload a sound one.");
  }

  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool in_frame_ = false;
  uint64_t frames_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewZstdDecoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace sluice
