// JSON with named holes. The text is written over several lines for the reader; line ends and the
// indentation after them are no part of it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::samples {

class Template {
 public:
  // `names` are the holes, written ${name} in `text`. A hole may stand several times; an unknown
  // one aborts.
  Template(std::initializer_list<std::string_view> names, std::string_view text);

  // Appends the text with `values` in the order of the names. REQUIRES: as many values as names.
  void AppendTo(std::string& out, std::initializer_list<std::string_view> values) const;

 private:
  struct Piece {
    std::string literal;
    size_t value;  // which value follows the literal; kNone: none
  };
  static constexpr size_t kNone = static_cast<size_t>(-1);
  size_t names_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace sluice::samples
