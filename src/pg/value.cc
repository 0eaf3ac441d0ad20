#include <fmt/format.h>

#include "pg/connection.h"

namespace sluice::pg {

std::string TextArray(const std::vector<Value>& values) {
  std::string array = "{";
  for (const Value& value : values) {
    if (array.size() > 1) array += ',';
    if (!value) {
      array += "NULL";
      continue;
    }
    // Always quoted, so that "", NULL and blanks stay what they are.
    array += '"';
    for (char c : *value) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array += '}';
}

std::string Int8Array(const std::vector<int64_t>& values) {
  return fmt::format("{{{}}}", fmt::join(values, ","));
}

Value OrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

std::string Bytea(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.size());
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace sluice::pg
