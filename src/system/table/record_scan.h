// One look at a record of delimited text: how many delimiters, and whether anything in it needs a
// closer look.
#pragma once

#include <array>
#include <bit>
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
    RecordScan scan;
#ifdef __SSE2__
    const __m128i delimiter = _mm_set1_epi8(delimiter_);
    const __m128i first = _mm_set1_epi8(special_[0]);
    const __m128i second = _mm_set1_epi8(special_[1]);
    const __m128i third = _mm_set1_epi8(special_[2]);
    const __m128i fourth = _mm_set1_epi8(special_[3]);
    uint32_t any = 0;
    for (size_t at = 0; at < record.size(); at += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(record.data() + at));
      const size_t left = record.size() - at;
      const uint32_t inside = left >= 16 ? 0xffffu : (1u << left) - 1;
      const __m128i special =
          _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second)),
                       _mm_or_si128(_mm_cmpeq_epi8(bytes, third), _mm_cmpeq_epi8(bytes, fourth)));
      any |= static_cast<uint32_t>(_mm_movemask_epi8(special)) & inside;
      scan.delimiters += static_cast<size_t>(std::popcount(
          static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, delimiter))) & inside));
    }
    scan.special = any != 0;
#else
    for (char c : record) {
      scan.delimiters += c == delimiter_ ? 1 : 0;
      scan.special |= c == special_[0] || c == special_[1] || c == special_[2] || c == special_[3];
    }
#endif
    return scan;
  }

 private:
  char delimiter_;
  std::array<char, 4> special_;
};

}  // namespace sluice
