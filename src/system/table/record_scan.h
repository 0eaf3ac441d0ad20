// One look at a record of delimited text: how many delimiters, and whether anything in it needs a
// closer look.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sluice {

struct RecordScan {
  size_t delimiters = 0;
  bool special = false;
};

class RecordScanner {
 public:
  // `special` may hold a byte more than once.
  RecordScanner(char delimiter, std::array<char, 4> special)
      : delimiter_(delimiter), special_(special) {}

  // REQUIRES: 16 bytes behind the record are readable
  RecordScan Scan(std::string_view record) const {
#ifdef __SSE2__
    __m128i any = _mm_setzero_si128();
    size_t delimiters = 0;
    for (size_t at = 0; at < record.size();) {
      // Counted for each of the sixteen places, as often as fits into a byte.
      const size_t end = std::min(record.size(), at + size_t{255} * 16);
      __m128i counts = _mm_setzero_si128();
      for (; at < end; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(record.data() + at));
        const __m128i inside = Inside(record.size() - at);
        any = _mm_or_si128(any, _mm_and_si128(Special(bytes), inside));
        counts =
            _mm_sub_epi8(counts, _mm_and_si128(_mm_cmpeq_epi8(bytes, Each(delimiter_)), inside));
      }
      const __m128i halves = _mm_sad_epu8(counts, _mm_setzero_si128());
      delimiters += static_cast<size_t>(_mm_extract_epi16(halves, 0)) +
                    static_cast<size_t>(_mm_extract_epi16(halves, 4));
    }
    return {.delimiters = delimiters, .special = _mm_movemask_epi8(any) != 0};
#else
    RecordScan scan;
    for (char c : record) {
      scan.delimiters += c == delimiter_ ? 1 : 0;
      scan.special |= c == special_[0] || c == special_[1] || c == special_[2] || c == special_[3];
    }
    return scan;
#endif
  }

 private:
#ifdef __SSE2__
  static __m128i Each(char c) { return _mm_set1_epi8(c); }
  // All bits of the first `left` bytes.
  static __m128i Inside(size_t left) {
    alignas(16) static constexpr auto kInside = [] {
      std::array<uint8_t, 32> bytes{};
      std::fill_n(bytes.begin(), 16, uint8_t{0xff});
      return bytes;
    }();
    const uint8_t* from = kInside.data() + (left >= 16 ? 0 : 16 - left);
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  }
  __m128i Special(__m128i bytes) const {
    return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, Each(special_[0])),
                                     _mm_cmpeq_epi8(bytes, Each(special_[1]))),
                        _mm_or_si128(_mm_cmpeq_epi8(bytes, Each(special_[2])),
                                     _mm_cmpeq_epi8(bytes, Each(special_[3]))));
  }
#endif

  char delimiter_;
  std::array<char, 4> special_;
};

}  // namespace sluice
