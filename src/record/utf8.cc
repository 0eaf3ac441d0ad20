#include "record/utf8.h"

#include <simdjson.h>

#include <cstdint>

namespace sluice {
namespace {

// The length of the sequence at the front of `rest`, 0 if it is none (RFC 3629, section 4).
size_t SequenceLength(std::string_view rest) {
  auto byte = [rest](size_t i) { return i < rest.size() ? static_cast<uint8_t>(rest[i]) : 0u; };
  auto in = [&byte](size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  auto tail = [&in](size_t i) { return in(i, 0x80, 0xbf); };
  unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (in(0, 0xc2, 0xdf)) return tail(1) ? 2 : 0;
  if (in(0, 0xe0, 0xef)) {
    unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    unsigned high = first == 0xed ? 0x9f : 0xbf;
    return in(1, low, high) && tail(2) ? 3 : 0;
  }
  if (in(0, 0xf0, 0xf4)) {
    unsigned low = first == 0xf0 ? 0x90 : 0x80;
    unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return in(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

size_t Utf8FaultAt(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    size_t length = SequenceLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

}  // namespace sluice
