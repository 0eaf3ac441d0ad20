// A JSON text as a tree of views into it, for documents whose parts are looked at more than once.
// Nothing is converted: a number is its text, a string its inside as it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class JsonTree {
 public:
  enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

  struct Node {
    Kind kind = Kind::kNull;
    bool escaped = false;       // the string has escapes
    bool name_escaped = false;  // the name has
    std::string_view text{};    // the value as it stands; of a string what is between its quotes
    std::string_view name{};    // of an object's member, between its quotes
    uint32_t count = 0;         // of an array's elements or an object's members
    uint32_t first = 0;         // the first of them, behind this node; 0: none
    uint32_t next = 0;          // the next of the parent's; 0: none
  };

  // Builds the tree; its views go into `text`, which must outlive it. Nodes keep their addresses
  // until the next Build. False if containers are nested deeper than `depth_max`; then the tree is
  // not usable. REQUIRES: JsonChecker found no fault in the text
  bool Build(std::string_view text, size_t depth_max);

  const Node& root() const { return nodes_.front(); }
  // The first child and the next one; null: none.
  const Node* First(const Node& parent) const { return At(parent.first); }
  const Node* Next(const Node& child) const { return At(child.next); }
  // The member of that name; null: none. REQUIRES: an object
  const Node* Find(const Node& object, std::string_view name) const;

 private:
  const Node* At(uint32_t index) const { return index == 0 ? nullptr : &nodes_[index]; }
  uint32_t Add();
  bool Value(size_t depth_left);
  bool Children(char end, size_t depth_left);
  std::string_view Inside(bool& escaped);
  void SkipSpace();

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::vector<Node> nodes_;
};

// What a string, or a member's name, means: `inside`, or what it unescapes to, in `buffer`.
std::string_view Unescaped(std::string_view inside, bool escaped, std::string& buffer);

}  // namespace sluice
