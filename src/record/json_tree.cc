#include "record/json_tree.h"

#include "record/json_string.h"

namespace sluice {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool EndsScalar(char c) { return c == ',' || c == ']' || c == '}' || IsSpace(c); }

}  // namespace

std::string_view Unescaped(std::string_view inside, bool escaped, std::string& buffer) {
  if (!escaped) return inside;
  buffer.clear();
  AppendUnescaped(inside, buffer);
  return buffer;
}

bool JsonTree::Build(std::string_view text, size_t depth_max) {
  at_ = text.data();
  end_ = at_ + text.size();
  nodes_.clear();
  return Value(depth_max);
}

const JsonTree::Node* JsonTree::Find(const Node& object, std::string_view name) const {
  for (const Node* member = First(object); member != nullptr; member = Next(*member)) {
    if (member->name_escaped ? UnescapesTo(member->name, name) : member->name == name) {
      return member;
    }
  }
  return nullptr;
}

uint32_t JsonTree::Add() {
  nodes_.emplace_back();
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void JsonTree::SkipSpace() {
  while (at_ < end_ && IsSpace(*at_)) ++at_;
}

// Passes a string. REQUIRES: a quote is at hand
std::string_view JsonTree::Inside(bool& escaped) {
  const char* begin = ++at_;
  for (;;) {
    at_ = FindStringSpecial(at_, end_);
    if (at_ == end_ || *at_ == '"') break;
    escaped = true;
    at_ += 2;
  }
  return {begin, static_cast<size_t>(at_++ - begin)};
}

bool JsonTree::Value(size_t depth_left) {
  SkipSpace();
  uint32_t self = Add();
  const char* begin = at_;
  switch (*at_) {
    case '{':
    case '[': {
      if (depth_left == 0) return false;
      bool object = *at_ == '{';
      nodes_[self].kind = object ? Kind::kObject : Kind::kArray;
      if (!Children(object ? '}' : ']', depth_left - 1)) return false;
      break;
    }
    case '"': {
      bool escaped = false;
      std::string_view inside = Inside(escaped);
      nodes_[self].kind = Kind::kString;
      nodes_[self].escaped = escaped;
      nodes_[self].text = inside;
      return true;
    }
    default:
      nodes_[self].kind = *at_ == 'n'   ? Kind::kNull
                          : *at_ == 't' ? Kind::kTrue
                          : *at_ == 'f' ? Kind::kFalse
                                        : Kind::kNumber;
      while (at_ < end_ && !EndsScalar(*at_)) ++at_;
  }
  nodes_[self].text = {begin, static_cast<size_t>(at_ - begin)};
  return true;
}

// The children of the node added last, up to and with the bracket that ends it.
bool JsonTree::Children(char end, size_t depth_left) {
  auto parent = static_cast<uint32_t>(nodes_.size() - 1);
  uint32_t last = 0;
  ++at_;
  for (;;) {
    SkipSpace();
    if (*at_ == ',') {
      ++at_;
      SkipSpace();
    }
    if (*at_ == end) break;
    std::string_view name;
    bool escaped = false;
    if (end == '}') {
      name = Inside(escaped);
      SkipSpace();
      ++at_;  // the colon
    }
    auto child = static_cast<uint32_t>(nodes_.size());
    if (!Value(depth_left)) return false;
    nodes_[child].name = name;
    nodes_[child].name_escaped = escaped;
    (last == 0 ? nodes_[parent].first : nodes_[last].next) = child;
    last = child;
    ++nodes_[parent].count;
  }
  ++at_;
  return true;
}

}  // namespace sluice
