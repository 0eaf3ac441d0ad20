#include "system/traffic/feed_column.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "system/traffic/js_number.h"

namespace sluice {
namespace {

using Kind = JsonTree::Kind;
using Node = JsonTree::Node;
using Type = FeedColumn::Type;

constexpr int64_t kMillisTo2000 = 946'684'800'000;  // PostgreSQL's epoch

constexpr FeedColumn kJamColumns[] = {
    {"id", "", Type::kId},
    {"uuid", "uuid", Type::kText, true},
    {"pub_millis", "pubMillis", Type::kMillis, true},
    {"pub_utc_date", "pubMillis", Type::kUtcDate, true},
    {"start_node", "startNode", Type::kText},
    {"end_node", "endNode", Type::kText},
    {"road_type", "roadType", Type::kInt4},
    {"street", "street", Type::kText},
    {"city", "city", Type::kText},
    {"country", "country", Type::kText},
    {"delay", "delay", Type::kInt4},
    {"speed", "speed", Type::kFloat4},
    {"speed_kmh", "speedKMH", Type::kFloat4},
    {"length", "length", Type::kInt4},
    {"turn_type", "turnType", Type::kText},
    {"level", "level", Type::kInt4},
    {"blocking_alert_id", "blockingAlertUuid", Type::kText},
    {"line", "line", Type::kJson},
    {"type", "type", Type::kText},
    {"turn_line", "turnLine", Type::kJson},
    {"datafile_id", "", Type::kFile},
};
constexpr std::string_view kJamIgnored[] = {"id", "segments"};

constexpr FeedColumn kAlertColumns[] = {
    {"id", "", Type::kId},
    {"uuid", "uuid", Type::kText, true},
    {"pub_millis", "pubMillis", Type::kMillis, true},
    {"pub_utc_date", "pubMillis", Type::kUtcDate, true},
    {"road_type", "roadType", Type::kInt4},
    {"location", "location", Type::kJson},
    {"street", "street", Type::kText},
    {"city", "city", Type::kText},
    {"country", "country", Type::kText},
    {"magvar", "magvar", Type::kInt4},
    {"reliability", "reliability", Type::kInt4},
    {"report_description", "reportDescription", Type::kText},
    {"report_rating", "reportRating", Type::kInt4},
    {"confidence", "confidence", Type::kInt4},
    {"type", "type", Type::kText},
    {"subtype", "subtype", Type::kText},
    {"report_by_municipality_user", "reportByMunicipalityUser", Type::kBool},
    {"thumbs_up", "nThumbsUp", Type::kInt4},
    {"jam_uuid", "jamUuid", Type::kText},
    {"datafile_id", "", Type::kFile},
    {"type_id", "", Type::kAlertType},
};

constexpr FeedColumn kIrregularityColumns[] = {
    {"id", "", Type::kId},
    {"uuid", "id", Type::kText, true},
    {"detection_date_millis", "detectionDateMillis", Type::kMillis, true},
    {"detection_date", "detectionDate", Type::kText},
    {"detection_utc_date", "detectionDateMillis", Type::kUtcDate, true},
    {"update_date_millis", "updateDateMillis", Type::kMillis, true},
    {"update_date", "updateDate", Type::kText},
    {"update_utc_date", "updateDateMillis", Type::kUtcDate, true},
    {"street", "street", Type::kText},
    {"city", "city", Type::kText},
    {"country", "country", Type::kText},
    {"is_highway", "highway", Type::kBool},
    {"speed", "speed", Type::kFloat4},
    {"regular_speed", "regularSpeed", Type::kFloat4},
    {"delay_seconds", "delaySeconds", Type::kInt4},
    {"seconds", "seconds", Type::kInt4},
    {"length", "length", Type::kInt4},
    {"trend", "trend", Type::kInt4},
    {"type", "type", Type::kText},
    {"severity", "severity", Type::kFloat4},
    {"jam_level", "jamLevel", Type::kInt4},
    {"drivers_count", "driversCount", Type::kInt4},
    {"alerts_count", "alertsCount", Type::kInt4},
    {"n_thumbs_up", "nThumbsUp", Type::kInt4},
    {"n_comments", "nComments", Type::kInt4},
    {"n_images", "nImages", Type::kInt4},
    {"line", "line", Type::kJson},
    {"cause_type", "causeType", Type::kText},
    {"start_node", "startNode", Type::kText},
    {"end_node", "endNode", Type::kText},
    {"datafile_id", "", Type::kFile},
};
constexpr std::string_view kIrregularityIgnored[] = {"alerts", "causeAlert"};

// What a string or number says, as JavaScript would write it.
std::string Written(const Node& value) {
  std::string out;
  if (value.kind == Kind::kNumber) {
    AppendJsNumber(value.text, out);
    return out;
  }
  std::string buffer;
  return std::string(Unescaped(value.text, value.escaped, buffer));
}

template <typename Number>
FieldFault Parse(const Node& value, Number& number) {
  if (value.kind != Kind::kNumber && value.kind != Kind::kString) return FieldFault::kType;
  std::string text = Written(value);
  const char* end = text.data() + text.size();
  auto [at, fault] = std::from_chars(text.data(), end, number);
  if (fault == std::errc::result_out_of_range) return FieldFault::kRange;
  if (fault != std::errc() || at != end) {
    return text == "Infinity" || text == "-Infinity" ? FieldFault::kRange : FieldFault::kType;
  }
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return FieldFault::kType;  // "nan", "inf"
  }
  return FieldFault::kNone;
}

FieldFault EncodeText(const Node& value, CopyBinaryEncoder& encoder) {
  switch (value.kind) {
    case Kind::kTrue:
    case Kind::kFalse:
      encoder.Text(value.text);
      return FieldFault::kNone;
    case Kind::kNumber:
    case Kind::kString:
      if (value.kind == Kind::kString && !value.escaped) {
        encoder.Text(value.text);
      } else {
        encoder.Text(Written(value));
      }
      return FieldFault::kNone;
    default:
      return FieldFault::kType;
  }
}

FieldFault EncodeBool(const Node& value, CopyBinaryEncoder& encoder) {
  std::string text = value.kind == Kind::kString ? Written(value) : std::string(value.text);
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  bool yes = text == "true" || text == "1";
  if (!yes && text != "false" && text != "0") return FieldFault::kType;
  encoder.Bool(yes);
  return FieldFault::kNone;
}

}  // namespace

const FeedSection kJamSection{"jams", kJamColumns, kJamIgnored};
const FeedSection kAlertSection{"alerts", kAlertColumns, {}};
const FeedSection kIrregularitySection{"irregularities", kIrregularityColumns,
                                       kIrregularityIgnored};

FieldFault ReadInteger(const Node& value, int64_t& number) { return Parse(value, number); }

FieldFault ReadMillis(const Node& value, int64_t& millis) {
  constexpr int64_t kEarliest = -210'866'803'200'000;  // 4714-11-24 BC, PostgreSQL's
  constexpr int64_t kLatest = 8'640'000'000'000'000;   // 275760-09-13, JavaScript's
  FieldFault fault = ReadInteger(value, millis);
  if (fault != FieldFault::kNone) return fault;
  return millis < kEarliest || millis > kLatest ? FieldFault::kRange : FieldFault::kNone;
}

FieldFault ReadDouble(const Node& value, double& number) { return Parse(value, number); }

FieldFault EncodeField(const Node* value, Type type, CopyBinaryEncoder& encoder) {
  if (value == nullptr || value->kind == Kind::kNull) {
    encoder.Null();
    return FieldFault::kNone;
  }
  FieldFault fault = FieldFault::kNone;
  int64_t integer = 0;
  switch (type) {
    case Type::kText:
      return EncodeText(*value, encoder);
    case Type::kBool:
      return EncodeBool(*value, encoder);
    case Type::kInt4: {
      int32_t number = 0;
      fault = Parse(*value, number);
      if (fault == FieldFault::kNone) encoder.Int4(number);
      return fault;
    }
    case Type::kFloat4: {
      float number = 0;
      fault = Parse(*value, number);
      if (fault == FieldFault::kNone) encoder.Float4(number);
      return fault;
    }
    case Type::kMillis:
      fault = ReadMillis(*value, integer);
      if (fault == FieldFault::kNone) encoder.Int8(integer);
      return fault;
    case Type::kUtcDate:
      fault = ReadMillis(*value, integer);
      if (fault == FieldFault::kNone) encoder.Timestamp((integer - kMillisTo2000) * 1000);
      return fault;
    default:  // kJson: points; the others have no member
      if (value->kind != Kind::kArray && value->kind != Kind::kObject) return FieldFault::kType;
      encoder.BeginJsonb();
      encoder.JsonbPiece(value->text);
      encoder.EndJsonb();
      return FieldFault::kNone;
  }
}

std::string_view KindInWords(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "is null";
    case Kind::kFalse:
    case Kind::kTrue:
      return "is a boolean";
    case Kind::kNumber:
      return "is a number";
    case Kind::kString:
      return "is a string";
    case Kind::kArray:
      return "is an array";
    case Kind::kObject:
      return "is an object";
  }
  return "";
}

}  // namespace sluice
