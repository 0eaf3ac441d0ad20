#include "record/json_string.h"

namespace sluice {
namespace {

constexpr size_t kUnicodeEscapeBytes = 6;  // \uXXXX
constexpr uint32_t kNoCodeUnit = 0x10000;

// The code unit of the escape \uXXXX at `at`; kNoCodeUnit if there is none.
uint32_t CodeUnit(const char* at, const char* end) {
  if (end - at < static_cast<ptrdiff_t>(kUnicodeEscapeBytes) || at[0] != '\\' || at[1] != 'u') {
    return kNoCodeUnit;
  }
  uint32_t unit = 0;
  for (size_t i = 2; i < kUnicodeEscapeBytes; ++i) {
    auto digit = static_cast<uint32_t>(static_cast<uint8_t>(at[i]));
    if (digit - '0' < 10) {
      unit = unit * 16 + (digit - '0');
    } else if ((digit | 0x20) - 'a' < 6) {
      unit = unit * 16 + ((digit | 0x20) - 'a' + 10);
    } else {
      return kNoCodeUnit;
    }
  }
  return unit;
}

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

void AppendUtf8(uint32_t point, std::string& out) {
  auto append = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    append(point);
  } else if (point < 0x800) {
    append(0xc0 | point >> 6);
    append(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    append(0xe0 | point >> 12);
    append(0x80 | (point >> 6 & 0x3f));
    append(0x80 | (point & 0x3f));
  } else {
    append(0xf0 | point >> 18);
    append(0x80 | (point >> 12 & 0x3f));
    append(0x80 | (point >> 6 & 0x3f));
    append(0x80 | (point & 0x3f));
  }
}

}  // namespace

JsonEscape PassJsonEscape(const char*& at, const char* end) {
  if (end - at < 2) return JsonEscape::kBad;
  if (at[1] != 'u') {
    if (std::string_view("\"\\/bfnrt").find(at[1]) == std::string_view::npos) {
      return JsonEscape::kBad;
    }
    at += 2;
    return JsonEscape::kFine;
  }
  uint32_t unit = CodeUnit(at, end);
  if (unit == kNoCodeUnit) return JsonEscape::kBad;
  if (unit == 0) return JsonEscape::kNul;
  if (IsLowSurrogate(unit)) return JsonEscape::kSurrogate;
  if (IsHighSurrogate(unit)) {
    if (!IsLowSurrogate(CodeUnit(at + kUnicodeEscapeBytes, end))) return JsonEscape::kSurrogate;
    at += kUnicodeEscapeBytes;
  }
  at += kUnicodeEscapeBytes;
  return JsonEscape::kFine;
}

void AppendUnescaped(std::string_view inside, std::string& out) {
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char* at = inside.data();
  const char* end = at + inside.size();
  while (at < end) {
    const void* found = std::memchr(at, '\\', static_cast<size_t>(end - at));
    const char* backslash = found == nullptr ? end : static_cast<const char*>(found);
    out.append(at, backslash);
    at = backslash;
    if (at == end) return;
    if (at[1] != 'u') {
      out.push_back(kMeanings[kLetters.find(at[1])]);
      at += 2;
      continue;
    }
    uint32_t point = CodeUnit(at, end);
    at += kUnicodeEscapeBytes;
    if (IsHighSurrogate(point)) {
      point = 0x10000 + ((point - 0xd800) << 10) + (CodeUnit(at, end) - 0xdc00);
      at += kUnicodeEscapeBytes;
    }
    AppendUtf8(point, out);
  }
}

bool UnescapesTo(std::string_view inside, std::string_view wanted) {
  std::string unescaped;
  AppendUnescaped(inside, unescaped);
  return unescaped == wanted;
}

}  // namespace sluice
