// Text for terminals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

// Object names come from strangers: control bytes, which a terminal would obey, become "?".
std::string Printable(std::string_view text);
// At most `columns` characters: the start goes, because the end of an object's name tells it apart.
std::string FitEnd(std::string_view text, size_t columns);
// At most `columns` characters: the end goes.
std::string FitStart(std::string_view text, size_t columns);
// "1 object", "1,234 objects".
std::string Counted(uint64_t count, std::string_view noun);
// As a word of a shell command, quoted where it must be.
std::string ShellWord(std::string_view text);

// Columns of equal width, two blanks apart; cells that look like numbers stand to the right.
class TextTable {
 public:
  explicit TextTable(std::string indent = "") : indent_(std::move(indent)) {}
  void Add(std::vector<std::string> cells);
  std::string Render() const;

 private:
  const std::string indent_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sluice
