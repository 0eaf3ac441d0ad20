// gzip (RFC 1952) by ISA-L. The header is read here and not by ISA-L: its isal_inflate forgets the
// header's flags and checksum when the header comes in two pieces. The trailer is ISA-L's business
// (ISAL_GZIP_NO_HDR_VER): CRC-32 and ISIZE, per member; it does not look at what follows a member.
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "base/error.h"
#include "bytes/decoder.h"

namespace sluice {
namespace {

constexpr std::string_view kMagic = "\x1f\x8b";

// RFC 1952, 2.3.1.
enum HeaderFlag : uint8_t { kHeaderCrc = 2, kExtra = 4, kName = 8, kComment = 16, kReserved = 224 };

Error Truncated() {
  return Fault("gzip-truncated", "the gzip data ends in the middle of a member")
      .Remedy("Upload the complete file again.");
}

Error Corrupt(const char* what) {
  return Fault("gzip-corrupt", std::string("the gzip data is damaged: ") + what)
      .Remedy("Check the file with gzip -t and upload a sound one.");
}

// Reads one member's header byte by byte, keeping its checksum.
class HeaderReader {
 public:
  explicit HeaderReader(PackedInput& in) : in_(in) {}

  void Read() {
    Skip(2);  // the magic, which the caller saw
    if (Next() != 8) throw Corrupt("a member is not compressed by deflate");
    uint8_t flags = Next();
    if ((flags & kReserved) != 0) throw Corrupt("a member's header has reserved flags set");
    Skip(6);  // time, extra flags, system
    if ((flags & kExtra) != 0) Skip(Next16());
    if ((flags & kName) != 0) SkipString();
    if ((flags & kComment) != 0) SkipString();
    if ((flags & kHeaderCrc) != 0) {
      auto expected = static_cast<uint16_t>(crc_);
      if (Next16() != expected) throw Corrupt("a member's header has a wrong checksum");
    }
  }

 private:
  uint8_t Next() {
    auto at_hand = in_.Fill();
    if (at_hand.empty()) throw Truncated();
    auto byte = static_cast<uint8_t>(at_hand[0]);
    crc_ = crc32_gzip_refl(crc_, &byte, 1);
    in_.Consume(1);
    return byte;
  }
  uint16_t Next16() {
    uint8_t low = Next();
    return static_cast<uint16_t>(low | Next() << 8);
  }
  void Skip(size_t bytes) {
    for (; bytes > 0; --bytes) Next();
  }
  void SkipString() {
    while (Next() != 0) {
    }
  }

  PackedInput& in_;
  uint32_t crc_ = 0;
};

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() : state_(std::make_unique<inflate_state>()) { isal_inflate_init(state_.get()); }

  size_t Decode(PackedInput& in, std::span<char> into) override {
    while (in_member_ || BeginMember(in)) {
      size_t unpacked = Inflate(in, into);
      if (unpacked > 0) return unpacked;
    }
    return 0;
  }

 private:
  // False at the end of the file.
  bool BeginMember(PackedInput& in) {
    auto start = in.Peek(kMagic.size());
    if (start.empty()) return false;
    if (members_ > 0 && !std::string_view(start.data(), start.size()).starts_with(kMagic)) {
      // gzip(1) ignores padding here with a warning; a loader cannot know it from lost members.
      throw Fault("gzip-trailing-garbage", "the gzip data is followed by bytes that are not gzip")
          .Remedy("Remove what follows the last gzip member, also padding, and upload again.");
    }
    HeaderReader(in).Read();
    isal_inflate_reset(state_.get());
    state_->crc_flag = ISAL_GZIP_NO_HDR_VER;
    in_member_ = true;
    ++members_;
    return true;
  }

  size_t Inflate(PackedInput& in, std::span<char> into) {
    auto packed = in.Fill();
    constexpr size_t kMost = std::numeric_limits<int32_t>::max();
    auto room = static_cast<uint32_t>(std::min(into.size(), kMost));
    state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(packed.data()));
    state_->avail_in = static_cast<uint32_t>(packed.size());
    state_->next_out = reinterpret_cast<uint8_t*>(into.data());
    state_->avail_out = room;
    int answer = isal_inflate(state_.get());
    if (answer == ISAL_INCORRECT_CHECKSUM) throw Corrupt("a member's checksum or size is wrong");
    // In damaged data ISA-L may claim to have read beyond the end: then avail_in has wrapped
    // around.
    bool beyond = state_->avail_in > packed.size();
    if (answer < 0 || beyond) throw Corrupt("a member cannot be unpacked");
    in.Consume(packed.size() - state_->avail_in);
    size_t unpacked = room - state_->avail_out;
    in_member_ = state_->block_state != ISAL_BLOCK_FINISH;
    if (in_member_ && unpacked == 0 && packed.empty()) throw Truncated();
    return unpacked;
  }

  std::unique_ptr<inflate_state> state_;
  bool in_member_ = false;
  uint64_t members_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewGzipDecoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace sluice
