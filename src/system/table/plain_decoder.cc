#include "system/table/plain_decoder.h"

#include <bit>
#include <cstring>
#include <utility>

#include "base/check.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sluice {
namespace {

constexpr size_t kStep = 16;
// COPY escapes it whatever the dialect is.
constexpr char kBackslash = '\\';
// Up to this byte all are taken for ones with a meaning: a zero byte and both line ends have one.
constexpr char kControlMax = '\r';

// Reads and writes up to fifteen bytes more.
char* CopyShort(std::string_view bytes, char* out) {
  for (size_t at = 0; at < bytes.size(); at += kStep) {
    std::memcpy(out + at, bytes.data() + at, kStep);
  }
  return out + bytes.size();
}

}  // namespace

PlainDecoder::PlainDecoder(Dialect dialect, CopyForm form, size_t columns)
    : dialect_(std::move(dialect)),
      form_(std::move(form)),
      columns_(columns),
      quote_(dialect_.quote == Dialect::kNone ? kBackslash : dialect_.quote),
      escape_(dialect_.escape == Dialect::kNone || dialect_.escape == dialect_.quote
                  ? kBackslash
                  : dialect_.escape) {
  CHECK(!form_.csv);
}

bool PlainDecoder::Append(std::string_view record, std::string& out) {
  if (!Mark(record)) return false;
  const size_t before = out.size();
  out.resize(before + record.size() + columns_ * form_.null.size() + 1 + kStep);
  char* end = Write(record, out.data() + before);
  out.resize(end == nullptr ? before : static_cast<size_t>(end - out.data()));
  return end != nullptr;
}

bool PlainDecoder::Mark(std::string_view record) {
  marks_.clear();
  next_ = 0;
#ifdef __SSE2__
  const __m128i delimiter = _mm_set1_epi8(dialect_.delimiter);
  const __m128i quote = _mm_set1_epi8(quote_);
  const __m128i escape = _mm_set1_epi8(escape_);
  const __m128i backslash = _mm_set1_epi8(kBackslash);
  const __m128i form_delimiter = _mm_set1_epi8(form_.delimiter);
  const __m128i control_max = _mm_set1_epi8(kControlMax);
  for (size_t at = 0; at < record.size(); at += kStep) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(record.data() + at));
    const size_t left = record.size() - at;
    const uint32_t inside = left >= kStep ? 0xffffu : (1u << left) - 1;
    const __m128i escaped =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, escape), _mm_cmpeq_epi8(bytes, backslash));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, control_max), bytes);
    const __m128i special =
        _mm_or_si128(_mm_or_si128(escaped, control), _mm_cmpeq_epi8(bytes, form_delimiter));
    const __m128i parts = _mm_cmpeq_epi8(bytes, delimiter);
    const __m128i meant = _mm_andnot_si128(parts, special);
    if ((static_cast<uint32_t>(_mm_movemask_epi8(meant)) & inside) != 0) return false;
    auto found = static_cast<uint32_t>(
                     _mm_movemask_epi8(_mm_or_si128(parts, _mm_cmpeq_epi8(bytes, quote)))) &
                 inside;
    for (; found != 0; found &= found - 1) {
      marks_.push_back(static_cast<uint32_t>(at) + static_cast<uint32_t>(std::countr_zero(found)));
    }
  }
#else
  for (size_t at = 0; at < record.size(); ++at) {
    const char c = record[at];
    const bool parts = c == dialect_.delimiter;
    const bool special = c == escape_ || c == kBackslash || c == form_.delimiter ||
                         static_cast<unsigned char>(c) <= kControlMax;
    if (special && !parts) return false;
    if (parts || c == quote_) marks_.push_back(static_cast<uint32_t>(at));
  }
#endif
  return true;
}

bool PlainDecoder::Take(std::string_view record, size_t at, Field& field) {
  field.quoted = at < record.size() && record[at] == quote_;
  if (!field.quoted) {
    field.end = NextMark(record);
    field.value = record.substr(at, field.end - at);
    field.null = field.value == dialect_.null;
    return field.end == record.size() || record[field.end] != quote_;
  }
  ++next_;
  const size_t close = NextMark(record);
  if (close == record.size() || record[close] != quote_) return false;
  ++next_;
  field.end = close + 1;
  field.value = record.substr(at + 1, close - at - 1);
  // ADDQUOTES puts its quotes round what stands for NULL too.
  field.null = dialect_.kind == Dialect::Kind::kUnload && !dialect_.null.empty() &&
               field.value == dialect_.null;
  return field.end == record.size() || record[field.end] == dialect_.delimiter;
}

char* PlainDecoder::Write(std::string_view record, char* out) {
  Field field;
  size_t at = 0;
  for (size_t column = 0; column < columns_; ++column) {
    if (!Take(record, at, field)) return nullptr;
    if (column != 0) *out++ = form_.delimiter;
    if (field.null) {
      std::memcpy(out, form_.null.data(), form_.null.size());
      out += form_.null.size();
    } else {
      out = CopyShort(field.value, out);
    }
    const bool last = column + 1 == columns_;
    if (field.end == record.size()) {
      if (!last) return nullptr;
      break;
    }
    // Behind the last column nothing but a trailing delimiter may be.
    if (last && field.end + 1 != record.size()) return nullptr;
    ++next_;
    at = field.end + 1;
  }
  *out++ = '\n';
  return out;
}

}  // namespace sluice
