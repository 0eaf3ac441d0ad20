#include "system/images/inventory_row.h"

#include <fmt/format.h>

#include <charconv>

#include "object/time_text.h"

namespace sluice {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

std::string_view Value(std::span<const DelimitedParser::Field> fields,
                       const std::optional<size_t>& column) {
  return column ? fields[*column].value : std::string_view();
}

bool IsFalse(std::string_view text) { return text == "false"; }

ReadRow Bad(const std::string& why) { return {{}, why}; }

}  // namespace

std::optional<std::string> DecodeKey(std::string_view encoded, bool plus_is_space) {
  std::string key;
  key.reserve(encoded.size());
  for (size_t i = 0; i < encoded.size(); ++i) {
    char c = encoded[i];
    if (c == '%') {
      int high = i + 2 < encoded.size() ? HexDigit(encoded[i + 1]) : -1;
      int low = i + 2 < encoded.size() ? HexDigit(encoded[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    key += c;
  }
  return key;
}

std::string EncodeKey(std::string_view key) {
  std::string encoded;
  for (char c : key) {
    if (IsUnreserved(c) || c == '/') {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

ReadRow ReadInventoryRow(std::span<const DelimitedParser::Field> fields,
                         const InventoryManifest::Columns& columns, const std::string& store) {
  if (fields.size() != columns.count) {
    return Bad(
        fmt::format("it has {} fields, and fileSchema names {}", fields.size(), columns.count));
  }
  ReadRow row;
  ObjectStat& object = row.listed.object;
  object.ref.store = store;
  object.ref.bucket = fields[columns.bucket].value;
  std::optional<std::string> key = DecodeKey(fields[columns.key].value, true);
  if (!key) return Bad("its key is not URL-encoded");
  if (object.ref.bucket.empty() || key->empty()) return Bad("it names no bucket or no key");
  object.ref.key = *key;
  object.ref.etag = Value(fields, columns.etag);
  object.version = Value(fields, columns.version);
  std::string_view size = Value(fields, columns.size);
  if (!size.empty()) {
    auto [end, failed] = std::from_chars(size.begin(), size.end(), object.size_bytes);
    if (failed != std::errc() || end != size.end()) return Bad("its size is no number");
  }
  std::string_view modified = Value(fields, columns.last_modified);
  if (auto time = ParseIsoTime(modified)) object.last_modified = *time;
  if (Value(fields, columns.is_delete_marker) == "true") {
    row.listed.why_not = "is a delete marker";
  } else if (columns.is_latest && IsFalse(Value(fields, columns.is_latest))) {
    row.listed.why_not = "is not the newest version";
  }
  return row;
}

ReadRow ReadBatchRow(std::span<const DelimitedParser::Field> fields, const std::string& store) {
  if (fields.size() != 2 && fields.size() != 3) {
    return Bad(fmt::format("it has {} fields instead of Bucket,Key or Bucket,Key,VersionId",
                           fields.size()));
  }
  ReadRow row;
  ObjectRef& ref = row.listed.object.ref;
  ref.store = store;
  ref.bucket = fields[0].value;
  std::optional<std::string> key = DecodeKey(fields[1].value, false);
  if (!key) return Bad("its key is not URL-encoded");
  if (ref.bucket.empty() || key->empty()) return Bad("it names no bucket or no key");
  ref.key = *key;
  return row;
}

}  // namespace sluice
