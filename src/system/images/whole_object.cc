#include "system/images/whole_object.h"

#include <array>

#include "base/error.h"
#include "base/unit.h"

namespace sluice {

std::string ReadWholeObject(ObjectStore& store, const ObjectRef& ref, uint64_t bytes_max) {
  OpenObject open = store.Open(ref, {});
  if (open.stat.size_bytes > bytes_max) {
    throw Fault("object-too-large", ToString(ref) + " has more than " + FormatBytes(bytes_max));
  }
  std::string text;
  text.reserve(open.stat.size_bytes);
  std::array<char, 16 * kKiB> piece;
  while (size_t got = open.bytes->Read(piece)) {
    text.append(piece.data(), got);
    if (text.size() > bytes_max) {
      throw Fault("object-too-large", ToString(ref) + " has more than " + FormatBytes(bytes_max));
    }
  }
  if (text.size() != open.stat.size_bytes) {
    throw Fault("TruncatedBody", ToString(ref) + " ended early").With(Retry::kLater);
  }
  return text;
}

}  // namespace sluice
