#include "bytes/pack.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr size_t kRoom = 256 * kKiB;
// zstd's own default: about twice as small as igzip's and as fast.
constexpr int kZstdLevel = 3;

class NoPacker final : public Packer {
 public:
  void Pack(std::string_view bytes, bool, std::string& out) override { out.append(bytes); }
};

// ISA-L's level 1: a third larger than zlib's default and five times as fast.
class GzipPacker final : public Packer {
 public:
  GzipPacker() : work_(ISAL_DEF_LVL1_DEFAULT) {
    isal_deflate_init(&stream_);
    stream_.level = 1;
    stream_.level_buf = work_.data();
    stream_.level_buf_size = static_cast<uint32_t>(work_.size());
    stream_.gzip_flag = IGZIP_GZIP;
  }

  void Pack(std::string_view bytes, bool last, std::string& out) override {
    // igzip takes lengths of 32 bits.
    constexpr size_t kPieceMax = kGiB;
    for (; bytes.size() > kPieceMax; bytes.remove_prefix(kPieceMax)) {
      Deflate(bytes.substr(0, kPieceMax), false, out);
    }
    Deflate(bytes, last, out);
  }

 private:
  void Deflate(std::string_view bytes, bool last, std::string& out) {
    stream_.end_of_stream = last ? 1 : 0;
    stream_.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uint32_t>(bytes.size());
    do {
      size_t had = out.size();
      out.resize(had + kRoom);
      stream_.next_out = reinterpret_cast<uint8_t*>(out.data() + had);
      stream_.avail_out = kRoom;
      CHECK(isal_deflate(&stream_) == COMP_OK);
      out.resize(out.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    CHECK(stream_.avail_in == 0);
  }

  std::vector<uint8_t> work_;
  isal_zstream stream_{};
};

class ZstdPacker final : public Packer {
 public:
  ZstdPacker() : context_(ZSTD_createCCtx()) {
    CHECK(context_ != nullptr);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  void Pack(std::string_view bytes, bool last, std::string& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool done = false; !done;) {
      size_t had = out.size();
      out.resize(had + kRoom);
      ZSTD_outBuffer into{out.data() + had, kRoom, 0};
      size_t left =
          ZSTD_compressStream2(context_.get(), &into, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      CHECK(ZSTD_isError(left) == 0);
      out.resize(had + into.pos);
      done = last ? left == 0 : in.pos == in.size;
    }
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

}  // namespace

std::string_view SuffixOf(Packing packing) {
  switch (packing) {
    case Packing::kNone:
      return "";
    case Packing::kGzip:
      return ".gz";
    case Packing::kZstd:
      return ".zst";
  }
  return "";
}

std::unique_ptr<Packer> NewPacker(Packing packing) {
  switch (packing) {
    case Packing::kNone:
      return std::make_unique<NoPacker>();
    case Packing::kGzip:
      return std::make_unique<GzipPacker>();
    case Packing::kZstd:
      return std::make_unique<ZstdPacker>();
  }
  return nullptr;
}

}  // namespace sluice
