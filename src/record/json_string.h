// JSON strings: where one ends, whether its escapes are ones PostgreSQL takes, and what they mean.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sluice {

// The first byte from `at` that is a quote, a backslash or a control character, `end` if there is
// none before it. REQUIRES: 16 bytes from `end` are readable
inline const char* FindStringSpecial(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  for (; at < end; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i special =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
    if (mask != 0) {
      at += std::countr_zero(mask);
      return at < end ? at : end;
    }
  }
  return end;
#else
  while (at < end && *at != '"' && *at != '\\' && static_cast<uint8_t>(*at) >= 0x20) ++at;
  return at;
#endif
}

enum class JsonEscape { kFine, kBad, kNul, kSurrogate };

// Looks at the escape at `at`, a backslash, and moves `at` behind it if it is fine. A pair of
// surrogates is one escape.
JsonEscape PassJsonEscape(const char*& at, const char* end);

// Appends what the inside of a JSON string means. REQUIRES: the escapes are fine
void AppendUnescaped(std::string_view inside, std::string& out);

// Whether that is `wanted`. REQUIRES: the escapes are fine
bool UnescapesTo(std::string_view inside, std::string_view wanted);

}  // namespace sluice
