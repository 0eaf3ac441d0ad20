// Which member of a feed's elements goes into which column. One table per section, of its name; the
// order is that of the tuples.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "record/json_tree.h"
#include "row/copy_binary.h"

namespace sluice {

struct FeedColumn {
  enum class Type {
    kText,       // numbers and booleans as JavaScript prints them
    kInt4,       // also "5" and 5.0
    kFloat4,     // also "3.5"
    kBool,       // also "true" and "false"
    kMillis,     // bigint: milliseconds since 1970
    kUtcDate,    // timestamp: the same as date and time of UTC
    kJson,       // jsonb: the value as it stands
    kId,         // not from a member: the row's own id, ...
    kFile,       // ... its file's id, ...
    kAlertType,  // ... and its row of alert_types
  };
  std::string_view column;  // in the section's table
  std::string_view member;  // of the section's elements; empty: of none
  Type type;
  bool required = false;
};

struct FeedSection {
  std::string_view name;  // the feed's word for it
  std::span<const FeedColumn> columns;
  std::span<const std::string_view> ignored;  // members that are known and not stored
};

extern const FeedSection kJamSection, kAlertSection, kIrregularitySection;

enum class FieldFault { kNone, kType, kRange };

// Encodes a member's value as a field of the column; a null pointer and null are NULL.
FieldFault EncodeField(const JsonTree::Node* value, FeedColumn::Type type,
                       CopyBinaryEncoder& encoder);

// An integer that JavaScript reads without loss, written as a number or in a string.
FieldFault ReadInteger(const JsonTree::Node& value, int64_t& number);
// Likewise milliseconds since 1970 of a date that PostgreSQL and JavaScript can hold.
FieldFault ReadMillis(const JsonTree::Node& value, int64_t& millis);
// Likewise a double.
FieldFault ReadDouble(const JsonTree::Node& value, double& number);

// "is a string": what a value of the wrong type is, for a message.
std::string_view KindInWords(JsonTree::Kind kind);

}  // namespace sluice
