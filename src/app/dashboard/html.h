// Markup made of values: text and attributes get in only escaped, so that no page can hold what a
// stranger's object name says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class Html {
 public:
  Html() = default;
  const std::string& markup() const { return markup_; }
  bool empty() const { return markup_.empty(); }
  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  friend Html operator+(Html first, const Html& second) { return first += second; }

 private:
  friend Html Text(std::string_view text);
  friend struct TagMaker;
  std::string markup_;
};

struct Attribute {
  std::string_view name;
  std::string value = {};
  bool present = true;
};
using Attributes = std::vector<Attribute>;

// Control characters, and bytes that are not UTF-8, become U+FFFD.
Html Text(std::string_view text);
Html Tag(std::string_view name, const Attributes& attributes, const Html& content);
Html Tag(std::string_view name, const Html& content);
// input, meta, link: elements that have no end.
Html Void(std::string_view name, const Attributes& attributes);
// "<!doctype html>" and the page.
std::string Document(const Html& html);

}  // namespace sluice
