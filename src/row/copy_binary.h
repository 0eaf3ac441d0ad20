// PostgreSQL's binary COPY format, as https://www.postgresql.org/docs/current/sql-copy.html has it
// ("Binary Format").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// The 19 bytes that open a binary COPY stream, and the 2 that end it.
std::string_view CopyBinaryHeader();
std::string_view CopyBinaryTrailer();

// Bytes of the first tuple of `tuples`. REQUIRES: whole, well-formed tuples, at least one.
size_t CopyBinaryTupleSize(std::string_view tuples);

// Appends tuples to a string, which must outlive it. Fields follow Tuple(n) in column order.
// Integers are big-endian on the wire. REQUIRES: no field is longer than 2^31 - 1 bytes (a record's
// size is limited far below).
class CopyBinaryEncoder {
 public:
  explicit CopyBinaryEncoder(std::string& out) : out_(out) {}

  void Tuple(int16_t fields);
  void Null();
  void Text(std::string_view value);  // text, varchar, and enum labels
  void Int8(int64_t value);
  void Int4(int32_t value);
  void Float4(float value);
  void Float8(double value);
  void Bool(bool value);
  // Microseconds since 2000-01-01 00:00:00 UTC.
  void TimestampTz(int64_t micros_since_2000);
  // The same for timestamp, whose values have no zone.
  void Timestamp(int64_t micros_since_2000) { TimestampTz(micros_since_2000); }
  // A jsonb value given as JSON text in pieces: BeginJsonb, then JsonbPiece as often as wanted,
  // then EndJsonb.
  void BeginJsonb();
  void JsonbPiece(std::string_view piece) { out_.append(piece); }
  void EndJsonb();

 private:
  std::string& out_;
  size_t length_at_ = 0;  // where the open jsonb field's length goes
};

}  // namespace sluice
