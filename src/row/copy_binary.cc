#include "row/copy_binary.h"

#include <bit>
#include <concepts>
#include <limits>

#include "base/check.h"

namespace sluice {
namespace {

// jsonb_recv's version of the wire format.
constexpr char kJsonbVersion = 1;

template <std::integral Int>
void AppendBigEndian(std::string& out, Int value) {
  char bytes[sizeof(Int)];
  for (size_t i = 0; i < sizeof(Int); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(Int) - 1 - i)));
  }
  out.append(bytes, sizeof(Int));
}

uint32_t ReadBigEndian(std::string_view bytes, size_t at, size_t size) {
  CHECK(at + size <= bytes.size());
  uint32_t number = 0;
  for (size_t i = 0; i < size; ++i)
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

}  // namespace

std::string_view CopyBinaryHeader() {
  // Signature, flags, length of the header extension.
  return {"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
}

std::string_view CopyBinaryTrailer() { return {"\377\377", 2}; }

size_t CopyBinaryTupleSize(std::string_view tuples) {
  constexpr uint32_t kNull = UINT32_MAX;
  auto fields = static_cast<size_t>(ReadBigEndian(tuples, 0, 2));
  size_t size = 2;
  for (size_t field = 0; field < fields; ++field) {
    uint32_t length = ReadBigEndian(tuples, size, 4);
    size += 4 + (length == kNull ? 0 : length);
  }
  CHECK(size <= tuples.size());
  return size;
}

void CopyBinaryEncoder::Tuple(int16_t fields) { AppendBigEndian(out_, fields); }

void CopyBinaryEncoder::Null() { AppendBigEndian(out_, int32_t{-1}); }

void CopyBinaryEncoder::Text(std::string_view value) {
  CHECK(value.size() <= std::numeric_limits<int32_t>::max());
  AppendBigEndian(out_, static_cast<int32_t>(value.size()));
  out_.append(value);
}

void CopyBinaryEncoder::Int8(int64_t value) {
  AppendBigEndian(out_, int32_t{8});
  AppendBigEndian(out_, value);
}

void CopyBinaryEncoder::Int4(int32_t value) {
  AppendBigEndian(out_, int32_t{4});
  AppendBigEndian(out_, value);
}

void CopyBinaryEncoder::Float4(float value) { Int4(std::bit_cast<int32_t>(value)); }

void CopyBinaryEncoder::Float8(double value) { Int8(std::bit_cast<int64_t>(value)); }

void CopyBinaryEncoder::Bool(bool value) {
  AppendBigEndian(out_, int32_t{1});
  out_.push_back(value ? '\1' : '\0');
}

void CopyBinaryEncoder::TimestampTz(int64_t micros_since_2000) { Int8(micros_since_2000); }

void CopyBinaryEncoder::BeginJsonb() {
  length_at_ = out_.size();
  out_.append(sizeof(int32_t), '\0');
  out_.push_back(kJsonbVersion);
}

void CopyBinaryEncoder::EndJsonb() {
  size_t length = out_.size() - length_at_ - sizeof(int32_t);
  CHECK(length <= std::numeric_limits<int32_t>::max());
  for (size_t i = 0; i < sizeof(int32_t); ++i) {
    out_[length_at_ + i] = static_cast<char>(length >> (8 * (sizeof(int32_t) - 1 - i)));
  }
}

}  // namespace sluice
