#include "record/json_names.h"

#include <algorithm>

#include "record/json_string.h"

namespace sluice {
namespace {

// What is kept from one text to the next.
constexpr size_t kKeptBytesMax = 64 * 1024;

}  // namespace

void JsonNames::Start(std::string_view text) { text_ = text; }

void JsonNames::Finish() {
  text_ = {};
  names_.clear();
  unescaped_.clear();
  if (names_.capacity() * sizeof(Name) > kKeptBytesMax) names_.shrink_to_fit();
  if (unescaped_.capacity() > kKeptBytesMax) unescaped_.shrink_to_fit();
}

void JsonNames::Unescape(std::string_view inside, Name& name) {
  size_t begin = unescaped_.size();
  AppendUnescaped(inside, unescaped_);
  name.begin = static_cast<uint32_t>(text_.size() + begin);
  name.size = static_cast<uint32_t>(unescaped_.size() - begin);
}

bool JsonNames::Search(const Object& object, const Name& name) const {
  if (names_.size() - object.first > kSearchedMax) return false;  // Close will sort
  std::string_view wanted = View(name);
  for (size_t i = object.first; i < names_.size(); ++i) {
    if (names_[i].size == name.size && View(names_[i]) == wanted) return true;
  }
  return false;
}

std::optional<size_t> JsonNames::SortedSearch(const Object& object) {
  auto begin = names_.begin() + static_cast<ptrdiff_t>(object.first);
  std::sort(begin, names_.end(), [this](const Name& a, const Name& b) {
    if (a.size != b.size) return a.size < b.size;
    int order = std::memcmp(View(a).data(), View(b).data(), a.size);
    return order != 0 ? order < 0 : a.at < b.at;
  });
  std::optional<size_t> first;
  for (auto name = begin; name + 1 < names_.end(); ++name) {
    auto next = name + 1;
    if (View(*name) == View(*next) && (!first || next->at < *first)) first = next->at;
  }
  return first;
}

}  // namespace sluice
