// Hashes of JSON values as npm's object-hash 1.3.0 makes them with {unorderedArrays: true}: SHA-1,
// lower-case hex, over a text in which the order of keys and of array elements does not matter.
// Ids made by the feed processor of LouisvilleMetro/WazeCCPProcessor are such hashes, so these
// must be the same to the bit.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "record/json_tree.h"

namespace sluice {

// 40 lower-case hex digits.
class HexId {
 public:
  HexId() = default;
  explicit HexId(const Sha1Bytes& bytes);
  std::string_view text() const { return {digits_.data(), digits_.size()}; }
  bool operator==(const HexId&) const = default;

 private:
  std::array<char, 40> digits_{};
};

// What a coordinate lies on, as the hashed key names it.
enum class CoordinateType { kLine = 1, kTurnLine = 2, kLocation = 3 };

class ObjectHasher {
 public:
  // H(value). REQUIRES: `object` is an object of the tree
  HexId Hash(const JsonTree& tree, const JsonTree::Node& object);

  // H({rootTime, originalObjectHash}). `root_time` as the feed has it, a JSON number.
  HexId RowId(const JsonTree::Node& root_time, const HexId& element);
  // H({originalObjectHash, coordinateType, alertId, jamId, irregularityId}); null: none.
  HexId CoordinateId(const HexId& point, CoordinateType type, const HexId* alert, const HexId* jam,
                     const HexId* irregularity);

 private:
  void Append(const JsonTree& tree, const JsonTree::Node& node, bool root);
  void AppendObject(const JsonTree& tree, const JsonTree::Node& object, bool root);
  void AppendArray(const JsonTree& tree, const JsonTree::Node& array);
  void AppendSorted(size_t begin, const std::vector<size_t>& ends);
  void AppendString(std::string_view text);
  void BeginRoot(size_t members);
  void AppendId(std::string_view name, const HexId* id);
  HexId Finish() const { return HexId(Sha1(text_)); }

  std::string text_;  // that is hashed
  std::string scratch_, buffer_;
};

}  // namespace sluice
