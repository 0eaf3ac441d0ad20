// The names of the objects around the place where a walk through a JSON text is, to find one that
// comes twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class JsonNames {
 public:
  // One object's share; objects are opened and closed like brackets.
  struct Object {
    size_t first = 0;   // in names_
    uint64_t seen = 0;  // a bit per name, chosen by its bytes: two names rarely share one
  };

  // Starts a new text. REQUIRES: text.size() <= kJsonBytesMax
  void Start(std::string_view text);
  // Forgets the text, and gives back the memory that only a large one needs.
  void Finish();

  Object Open() const { return {names_.size(), 0}; }

  // Adds a name, as it stands between its quotes. False if the object is known to have it already;
  // in an object with many names only Close knows.
  bool Add(Object& object, std::string_view inside, bool escaped) {
    Name name{static_cast<uint32_t>(inside.data() - text_.data()),
              static_cast<uint32_t>(inside.data() - text_.data()),
              static_cast<uint32_t>(inside.size())};
    if (escaped) Unescape(inside, name);
    uint64_t bit = Bit(View(name));
    bool fresh = (object.seen & bit) == 0 || !Search(object, name);
    object.seen |= bit;
    names_.push_back(name);
    return fresh;
  }

  // Forgets the object's names. Gives the byte of one that came twice, if any did.
  std::optional<size_t> Close(const Object& object) {
    std::optional<size_t> twice;
    if (names_.size() - object.first > kSearchedMax) twice = SortedSearch(object);
    names_.resize(object.first);
    return twice;
  }

 private:
  struct Name {
    uint32_t at;     // in the text
    uint32_t begin;  // in the text, or behind it in unescaped_
    uint32_t size;
  };

  // Objects with more names than this are sorted when they end: no object costs quadratic time.
  static constexpr size_t kSearchedMax = 32;

  static uint64_t Bit(std::string_view name) {
    if (name.empty()) return 1;
    unsigned mix = static_cast<uint8_t>(name.front()) + 5u * static_cast<uint8_t>(name.back()) +
                   11u * static_cast<unsigned>(name.size());
    return uint64_t{1} << (mix % 64);
  }
  std::string_view View(const Name& name) const {
    if (name.begin < text_.size()) return text_.substr(name.begin, name.size);
    return {unescaped_.data() + (name.begin - text_.size()), name.size};
  }
  void Unescape(std::string_view inside, Name& name);
  bool Search(const Object& object, const Name& name) const;
  std::optional<size_t> SortedSearch(const Object& object);

  std::string_view text_;
  std::vector<Name> names_;
  std::string unescaped_;  // the names that had escapes
};

}  // namespace sluice
