#include "system/traffic/object_hash.h"

#include <algorithm>
#include <cstdint>

#include "system/traffic/js_number.h"

namespace sluice {
namespace {

using Node = JsonTree::Node;
using Kind = JsonTree::Kind;

// What object-hash writes of every object's prototype and constructor before its own members. Its
// notes on what it has seen before make the outermost object's text differ from that of others.
constexpr std::string_view kOutermost =
    "string:9:prototype:Undefined,string:9:__proto__:object:3:string:9:prototype:Undefined,"
    "string:9:__proto__:Null,string:11:constructor:fn:string:8:[native]string:20:function-name:"
    "Objectobject:0:,,string:11:constructor:fn:string:8:[native]string:20:function-name:Object"
    "string:12:[CIRCULAR:2],";
constexpr std::string_view kInner =
    "string:9:prototype:Undefined,string:9:__proto__:string:12:[CIRCULAR:1],string:11:constructor:"
    "fn:string:8:[native]string:20:function-name:Objectstring:12:[CIRCULAR:2],";
// prototype, __proto__ and constructor are counted as members.
constexpr size_t kAddedMembers = 3;

// The length that JavaScript gives: UTF-16 code units.
size_t JsLength(std::string_view text) {
  size_t length = 0;
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    length += (byte & 0xc0) != 0x80 ? 1 : 0;
    length += byte >= 0xf0 ? 1 : 0;
  }
  return length;
}

// JavaScript's order, by UTF-16 code units. It is that of UTF-8's bytes but for characters beyond
// U+FFFF, whose surrogates come before U+E000.
bool JsLess(std::string_view a, std::string_view b) {
  auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_b == b.end()) return false;
  if (in_a == a.end()) return true;
  auto byte_a = static_cast<uint8_t>(*in_a), byte_b = static_cast<uint8_t>(*in_b);
  constexpr uint8_t kPlaneLead = 0xf0, kPrivateLead = 0xee;
  if (byte_a >= kPlaneLead && byte_b >= kPrivateLead && byte_b < kPlaneLead) return true;
  if (byte_b >= kPlaneLead && byte_a >= kPrivateLead && byte_a < kPlaneLead) return false;
  return byte_a < byte_b;
}

struct Member {
  std::string name;
  const Node* node;
};

}  // namespace

HexId::HexId(const Sha1Bytes& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (size_t i = 0; i < bytes.size(); ++i) {
    digits_[2 * i] = kDigits[bytes[i] >> 4];
    digits_[2 * i + 1] = kDigits[bytes[i] & 15];
  }
}

HexId ObjectHasher::Hash(const JsonTree& tree, const Node& object) {
  text_.clear();
  Append(tree, object, true);
  return Finish();
}

HexId ObjectHasher::RowId(const Node& root_time, const HexId& element) {
  BeginRoot(2);
  AppendId("originalObjectHash", &element);
  AppendString("rootTime");
  text_.append(":number:");
  AppendJsNumber(root_time.text, text_);
  text_.push_back(',');
  return Finish();
}

HexId ObjectHasher::CoordinateId(const HexId& point, CoordinateType type, const HexId* alert,
                                 const HexId* jam, const HexId* irregularity) {
  BeginRoot(5);
  AppendId("alertId", alert);
  AppendString("coordinateType");
  text_.append(":number:").push_back(static_cast<char>('0' + static_cast<int>(type)));
  text_.push_back(',');
  AppendId("irregularityId", irregularity);
  AppendId("jamId", jam);
  AppendId("originalObjectHash", &point);
  return Finish();
}

void ObjectHasher::BeginRoot(size_t members) {
  text_.clear();
  text_.append("object:").append(std::to_string(members + kAddedMembers)).append(":");
  text_.append(kOutermost);
}

void ObjectHasher::AppendId(std::string_view name, const HexId* id) {
  AppendString(name);
  text_.push_back(':');
  if (id == nullptr) {
    text_.append("Null");
  } else {
    AppendString(id->text());
  }
  text_.push_back(',');
}

void ObjectHasher::AppendString(std::string_view text) {
  text_.append("string:").append(std::to_string(JsLength(text))).append(":").append(text);
}

void ObjectHasher::Append(const JsonTree& tree, const Node& node, bool root) {
  switch (node.kind) {
    case Kind::kNull:
      text_.append("Null");
      return;
    case Kind::kFalse:
      text_.append("bool:false");
      return;
    case Kind::kTrue:
      text_.append("bool:true");
      return;
    case Kind::kNumber:
      text_.append("number:");
      return AppendJsNumber(node.text, text_);
    case Kind::kString:
      return AppendString(Unescaped(node.text, node.escaped, buffer_));
    case Kind::kArray:
      return AppendArray(tree, node);
    case Kind::kObject:
      return AppendObject(tree, node, root);
  }
}

void ObjectHasher::AppendObject(const JsonTree& tree, const Node& object, bool root) {
  text_.append("object:").append(std::to_string(object.count + kAddedMembers)).append(":");
  text_.append(root ? kOutermost : kInner);
  std::vector<Member> members;
  members.reserve(object.count);
  for (const Node* node = tree.First(object); node != nullptr; node = tree.Next(*node)) {
    members.push_back({std::string(Unescaped(node->name, node->name_escaped, buffer_)), node});
  }
  std::ranges::sort(members, JsLess, &Member::name);
  for (const Member& member : members) {
    AppendString(member.name);
    text_.push_back(':');
    Append(tree, *member.node, false);
    text_.push_back(',');
  }
}

// The elements' texts in order of their own, each as a string. object-hash dispatches the sorted
// texts as an array once more, so the count is there twice.
void ObjectHasher::AppendArray(const JsonTree& tree, const Node& array) {
  std::string head = "array:" + std::to_string(array.count) + ":";
  text_.append(head);
  if (array.count < 2) {
    if (const Node* only = tree.First(array)) Append(tree, *only, false);
    return;
  }
  text_.append(head);
  size_t begin = text_.size();
  std::vector<size_t> ends;
  ends.reserve(array.count);
  for (const Node* node = tree.First(array); node != nullptr; node = tree.Next(*node)) {
    Append(tree, *node, false);
    ends.push_back(text_.size());
  }
  AppendSorted(begin, ends);
}

// Replaces what stands from `begin` on by its parts, sorted, as strings.
void ObjectHasher::AppendSorted(size_t begin, const std::vector<size_t>& ends) {
  scratch_.assign(text_, begin);
  text_.resize(begin);
  std::vector<std::string_view> parts;
  parts.reserve(ends.size());
  size_t from = begin;
  for (size_t end : ends) {
    parts.emplace_back(scratch_.data() + (from - begin), end - from);
    from = end;
  }
  std::ranges::sort(parts, JsLess);
  for (std::string_view part : parts) AppendString(part);
}

}  // namespace sluice
