#include "system/traffic/traffic_mapper.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "record/json_check.h"
#include "record/json_tree.h"
#include "row/copy_binary.h"
#include "system/traffic/feed_column.h"
#include "system/traffic/feed_file.h"
#include "system/traffic/object_hash.h"
#include "system/traffic/traffic_table.h"

namespace sluice {
namespace {

using Kind = JsonTree::Kind;
using Node = JsonTree::Node;

// A feed is five levels deep; the rest is room for fields that are not known.
constexpr size_t kDepthMax = 64;
constexpr size_t kColumnsMax = 32;
constexpr int16_t kCoordinateColumns = 8;

// Ends the mapping of a file: never leaves this file.
struct Refusal {
  std::string_view reason;
  std::string message;
  std::string_view remedy;
  const Node* at;  // null: the file
};

struct HashOfId {
  size_t operator()(const HexId& id) const {
    size_t hash = 0;
    std::memcpy(&hash, id.text().data(), sizeof hash);
    return hash;
  }
};

// An element of a section: where its coordinates hang.
struct Element {
  const FeedSection& section;
  uint32_t number;  // in its section, from 0
  const Node& node;
  HexId id;
  std::string Path(std::string_view member) const {
    return fmt::format("{}[{}].{}", section.name, number, member);
  }
};

constexpr std::array<std::string_view, 7> kRootMembers = {
    "startTimeMillis", "endTimeMillis", "startTime", "endTime", "alerts", "jams", "irregularities"};
constexpr size_t kUnknownNamedMax = 5;
constexpr size_t kUnknownCountedMax = 1000;
constexpr size_t kUnknownNameBytesMax = 60;

constexpr std::string_view kRemedy =
    "See whether the feed's format has changed; doc/reference/traffic.md lists what is expected.";

[[noreturn]] void RefuseMissing(std::string path, const Node* at) {
  throw Refusal{"field-missing", path + " is missing", kRemedy, at};
}

[[noreturn]] void RefuseField(FieldFault fault, std::string path, const Node& value) {
  if (fault == FieldFault::kRange) {
    throw Refusal{"field-range", path + " is beyond what its column holds", kRemedy, &value};
  }
  throw Refusal{"field-type",
                fmt::format("{} {}, which its column cannot take", path, KindInWords(value.kind)),
                kRemedy, &value};
}

class TrafficMapper final : public Mapper {
 public:
  TrafficMapper(int64_t file_id, std::shared_ptr<const AlertTypes> alert_types)
      : file_id_(file_id), alert_types_(std::move(alert_types)) {}

  void Map(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) override {
    rows.table(kTrafficTables - 1);  // views of its batches stay where they are from here on
    for (const Record& record : block.records) {
      record_ = &record;
      rows_ = &rows;
      try {
        MapFile();
      } catch (const Refusal& refusal) {
        rejects.push_back(MakeReject(refusal));
      }
    }
  }

 private:
  RowBatch& batch(TrafficTable table) { return rows_->table(static_cast<size_t>(table)); }

  void MapFile() {
    JsonVerdict verdict = checker_.Check(record_->bytes);
    if (!verdict) {
      fault_at_ = verdict.at;
      throw Refusal{ToReason(verdict.fault), Message(verdict.fault, verdict.at),
                    Remedy(verdict.fault), nullptr};
    }
    fault_at_ = 0;
    if (!tree_.Build(record_->bytes, kDepthMax)) {
      throw Refusal{"json-depth", fmt::format("nested deeper than {}", kDepthMax), kRemedy,
                    nullptr};
    }
    const Node& root = tree_.root();
    if (root.kind != Kind::kObject) {
      throw Refusal{"not-an-object", "the file's JSON is no object", kRemedy, nullptr};
    }
    FeedFile file;
    root_time_ = &Millis(root, "startTimeMillis", file.start_millis);
    Millis(root, "endTimeMillis", file.end_millis);
    file.json_hash = hasher_.Hash(tree_, root).text();
    unknown_.clear();
    for (const Node* member = tree_.First(root); member != nullptr; member = tree_.Next(*member)) {
      if (std::ranges::find(kRootMembers, member->name) == kRootMembers.end()) {
        NoteUnknown("", member->name);
      }
    }
    MapSection(root, kAlertSection, TrafficTable::kAlerts);
    MapSection(root, kJamSection, TrafficTable::kJams);
    MapSection(root, kIrregularitySection, TrafficTable::kIrregularities);
    file.note = UnknownInWords();
    batch(TrafficTable::kDataFiles).bytes = ToText(file);
    batch(TrafficTable::kDataFiles).positions.push_back(record_->position);
  }

  void NoteUnknown(std::string_view section, std::string_view name) {
    if (unknown_.size() >= kUnknownCountedMax) return;
    unknown_.insert(fmt::format("{}{}{}", section, section.empty() ? "" : "[].",
                                name.substr(0, kUnknownNameBytesMax)));
  }

  std::string UnknownInWords() const {
    if (unknown_.empty()) return "";
    std::string words;
    size_t named = 0;
    for (const std::string& name : unknown_) {
      if (named++ == kUnknownNamedMax) break;
      words += (words.empty() ? "" : ", ") + name;
    }
    return fmt::format("{} unknown field{} ignored: {}{}", unknown_.size(),
                       unknown_.size() == 1 ? "" : "s", words,
                       unknown_.size() > kUnknownNamedMax ? ", ..." : "");
  }

  // A required time of the file. A number, because ids are made of it.
  const Node& Millis(const Node& root, std::string_view name, int64_t& millis) {
    const Node* value = tree_.Find(root, name);
    if (value == nullptr || value->kind == Kind::kNull) RefuseMissing(std::string(name), nullptr);
    if (value->kind != Kind::kNumber) RefuseField(FieldFault::kType, std::string(name), *value);
    FieldFault fault = ReadMillis(*value, millis);
    if (fault != FieldFault::kNone) RefuseField(fault, std::string(name), *value);
    return *value;
  }

  void MapSection(const Node& root, const FeedSection& section, TrafficTable table) {
    const Node* elements = tree_.Find(root, section.name);
    if (elements == nullptr || elements->kind == Kind::kNull) return;
    if (elements->kind != Kind::kArray) {
      RefuseField(FieldFault::kType, std::string(section.name), *elements);
    }
    seen_.clear();
    uint32_t number = 0;
    for (const Node* node = tree_.First(*elements); node != nullptr;
         node = tree_.Next(*node), ++number) {
      if (node->kind != Kind::kObject) {
        throw Refusal{"not-an-object", fmt::format("{}[{}] is no object", section.name, number),
                      kRemedy, node};
      }
      Element element{section, number, *node,
                      hasher_.RowId(*root_time_, hasher_.Hash(tree_, *node))};
      if (!seen_.insert(element.id).second) continue;  // the very same element once more
      MapRow(element, table);
      MapCoordinates(element, table);
    }
  }

  void MapRow(const Element& element, TrafficTable table) {
    CollectValues(element);
    RowBatch& rows = batch(table);
    CopyBinaryEncoder encoder(rows.bytes);
    encoder.Tuple(static_cast<int16_t>(element.section.columns.size()));
    for (size_t i = 0; i < element.section.columns.size(); ++i) {
      const FeedColumn& column = element.section.columns[i];
      switch (column.type) {
        case FeedColumn::Type::kId:
          encoder.Text(element.id.text());
          break;
        case FeedColumn::Type::kFile:
          encoder.Int8(file_id_);
          break;
        case FeedColumn::Type::kAlertType:
          EncodeAlertType(element.node, encoder);
          break;
        default:
          EncodeMember(element, column, values_[i], encoder);
      }
    }
    rows.positions.push_back(record_->position);
  }

  // Fills values_, by column.
  void CollectValues(const Element& element) {
    const FeedSection& section = element.section;
    std::fill_n(values_.begin(), section.columns.size(), nullptr);
    for (const Node* member = tree_.First(element.node); member != nullptr;
         member = tree_.Next(*member)) {
      std::string_view name = Unescaped(member->name, member->name_escaped, buffer_);
      bool known = std::ranges::find(section.ignored, name) != section.ignored.end();
      for (size_t i = 0; i < section.columns.size(); ++i) {
        if (section.columns[i].member != name || name.empty()) continue;
        values_[i] = member;
        known = true;
      }
      if (!known) NoteUnknown(section.name, name);
    }
  }

  void EncodeMember(const Element& element, const FeedColumn& column, const Node* value,
                    CopyBinaryEncoder& encoder) {
    bool absent = value == nullptr || value->kind == Kind::kNull;
    if (absent && column.required) RefuseMissing(element.Path(column.member), &element.node);
    FieldFault fault = EncodeField(value, column.type, encoder);
    if (fault != FieldFault::kNone) RefuseField(fault, element.Path(column.member), *value);
  }

  // The feed's words for a hazard changed over the years; alert_types kept those of the first.
  void EncodeAlertType(const Node& alert, CopyBinaryEncoder& encoder) {
    std::string type = TextOf(alert, "type");
    std::string subtype = TextOf(alert, "subtype");
    if (type == "WEATHERHAZARD" || type == "HAZARD") type = "WEATHERHAZARD/HAZARD";
    if (subtype.empty()) subtype = "NO_SUBTYPE";
    auto found = alert_types_->find({type, subtype});
    found == alert_types_->end() ? encoder.Null() : encoder.Int4(found->second);
  }

  std::string TextOf(const Node& object, std::string_view name) {
    const Node* value = tree_.Find(object, name);
    if (value == nullptr || value->kind != Kind::kString) return "";
    return std::string(Unescaped(value->text, value->escaped, buffer_));
  }

  void MapCoordinates(const Element& element, TrafficTable table) {
    switch (table) {
      case TrafficTable::kAlerts:
        return MapLocation(element);
      case TrafficTable::kJams:
        MapLine(element, "line", CoordinateType::kLine, table);
        return MapLine(element, "turnLine", CoordinateType::kTurnLine, table);
      default:
        return MapLine(element, "line", CoordinateType::kLine, table);
    }
  }

  void MapLocation(const Element& alert) {
    const Node* point = tree_.Find(alert.node, "location");
    if (point == nullptr || point->kind == Kind::kNull) return;
    std::string path = alert.Path("location");
    HexId hash = HashPoint(path, *point);
    AddCoordinate(alert, TrafficTable::kAlerts, path, {point, hash, 1}, CoordinateType::kLocation);
  }

  struct Point {
    const Node* node;
    HexId hash;
    int32_t order;  // from 1
  };

  HexId HashPoint(const std::string& path, const Node& point) {
    if (point.kind != Kind::kObject) RefuseField(FieldFault::kType, path, point);
    return hasher_.Hash(tree_, point);
  }

  void MapLine(const Element& element, std::string_view member, CoordinateType type,
               TrafficTable table) {
    const Node* line = tree_.Find(element.node, member);
    if (line == nullptr || line->kind == Kind::kNull) return;
    if (line->kind != Kind::kArray) {
      RefuseField(FieldFault::kType, element.Path(member), *line);
    }
    points_.clear();
    place_.clear();
    int32_t order = 0;
    for (const Node* point = tree_.First(*line); point != nullptr; point = tree_.Next(*point)) {
      ++order;
      HexId hash = HashPoint(element.Path(member), *point);
      auto [at, fresh] = place_.try_emplace(hash, points_.size());
      if (fresh) {
        points_.push_back({point, hash, order});
      } else {
        points_[at->second].order = order;
      }
    }
    for (const Point& point : points_) {
      AddCoordinate(element, table, element.Path(member), point, type);
    }
  }

  void AddCoordinate(const Element& element, TrafficTable table, const std::string& path,
                     const Point& point, CoordinateType type) {
    const HexId* alert = table == TrafficTable::kAlerts ? &element.id : nullptr;
    const HexId* jam = table == TrafficTable::kJams ? &element.id : nullptr;
    const HexId* irregularity = table == TrafficTable::kIrregularities ? &element.id : nullptr;
    RowBatch& rows = batch(TrafficTable::kCoordinates);
    CopyBinaryEncoder encoder(rows.bytes);
    encoder.Tuple(kCoordinateColumns);
    encoder.Text(hasher_.CoordinateId(point.hash, type, alert, jam, irregularity).text());
    encoder.Float8(Degrees(path, *point.node, "y"));
    encoder.Float8(Degrees(path, *point.node, "x"));
    encoder.Int4(point.order);
    for (const HexId* id : {jam, irregularity, alert}) {
      id == nullptr ? encoder.Null() : encoder.Text(id->text());
    }
    encoder.Int4(static_cast<int32_t>(type));
    rows.positions.push_back(record_->position);
  }

  double Degrees(const std::string& path, const Node& point, std::string_view member) {
    const Node* value = tree_.Find(point, member);
    if (value == nullptr || value->kind == Kind::kNull) {
      RefuseMissing(fmt::format("{}.{}", path, member), &point);
    }
    double degrees = 0;
    FieldFault fault = ReadDouble(*value, degrees);
    if (fault != FieldFault::kNone) RefuseField(fault, fmt::format("{}.{}", path, member), *value);
    return degrees;
  }

  Reject MakeReject(const Refusal& refusal) const {
    Reject reject;
    std::string_view bytes = record_->bytes;
    size_t at = refusal.at == nullptr ? fault_at_
                                      : static_cast<size_t>(refusal.at->text.data() - bytes.data());
    reject.position.byte_offset = record_->position.byte_offset + at;
    auto lines = std::count(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(at), '\n');
    reject.position.line = record_->position.line + static_cast<uint64_t>(lines);
    reject.reason = refusal.reason;
    reject.message = refusal.message;
    reject.remedy = refusal.remedy;
    std::string_view raw = refusal.at == nullptr ? bytes : refusal.at->text;
    reject.raw = raw.substr(0, kRejectRawBytesMax);
    return reject;
  }

  const int64_t file_id_;
  const std::shared_ptr<const AlertTypes> alert_types_;
  JsonChecker checker_;
  JsonTree tree_;
  ObjectHasher hasher_;

  // Of the file at hand.
  const Record* record_ = nullptr;
  Rows* rows_ = nullptr;
  const Node* root_time_ = nullptr;
  size_t fault_at_ = 0;
  std::set<std::string> unknown_;             // fields, by their path
  std::unordered_set<HexId, HashOfId> seen_;  // ids of the section at hand
  std::array<const Node*, kColumnsMax> values_{};
  std::vector<Point> points_;                          // of the line at hand, ...
  std::unordered_map<HexId, size_t, HashOfId> place_;  // ... where each is
  std::string buffer_;
};

}  // namespace

std::unique_ptr<Mapper> NewTrafficMapper(int64_t file_id,
                                         std::shared_ptr<const AlertTypes> alert_types) {
  return std::make_unique<TrafficMapper>(file_id, std::move(alert_types));
}

}  // namespace sluice
