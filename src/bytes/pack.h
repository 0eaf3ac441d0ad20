// Packing while bytes come: the other direction of unpack.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sluice {

enum class Packing { kNone, kGzip, kZstd };
// What a packed object's name ends with: "", ".gz", ".zst".
std::string_view SuffixOf(Packing packing);

// One packed stream. Belongs to one thread.
class Packer {
 public:
  virtual ~Packer() = default;
  // Appends to `out` what is ready; with `last`, all that is left, and the stream is ended.
  virtual void Pack(std::string_view bytes, bool last, std::string& out) = 0;
};

std::unique_ptr<Packer> NewPacker(Packing packing);

}  // namespace sluice
