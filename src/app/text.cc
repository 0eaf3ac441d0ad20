#include "app/text.h"

#include <algorithm>
#include <cctype>

#include "base/unit.h"

namespace sluice {
namespace {

bool StartsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, StartsCharacter));
}

bool IsNumber(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isdigit(c) != 0 || c == ',' || c == '.';
  });
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string shown(text);
  for (size_t i = 0; i < shown.size(); ++i) {
    auto c = static_cast<unsigned char>(shown[i]);
    // C1 controls, which some terminals obey too, are C2 80 to C2 9F in UTF-8.
    bool c1 = c == 0xC2 && i + 1 < shown.size() && static_cast<unsigned char>(shown[i + 1]) < 0xA0;
    if (c1) shown.erase(i, 1);
    if (c < 0x20 || c == 0x7F || c1) shown[i] = '?';
  }
  return shown;
}

std::string FitEnd(std::string_view text, size_t columns) {
  size_t size = CountCharacters(text);
  if (size <= columns) return std::string(text);
  size_t drop = size - columns + 3;
  size_t at = 0;
  while (at < text.size() && (drop > 0 || !StartsCharacter(text[at]))) {
    if (StartsCharacter(text[at])) --drop;
    ++at;
  }
  return columns < 3 ? "" : "..." + std::string(text.substr(at));
}

std::string FitStart(std::string_view text, size_t columns) {
  size_t at = 0;
  for (size_t kept = 0; at < text.size(); ++at) {
    if (StartsCharacter(text[at]) && kept++ == columns) break;
  }
  return std::string(text.substr(0, at));
}

std::string Counted(uint64_t count, std::string_view noun) {
  return FormatCount(count).append(" ").append(noun).append(count == 1 ? "" : "s");
}

std::string ShellWord(std::string_view text) {
  bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./:=,@%+").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return std::string(text);
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void TextTable::Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

std::string TextTable::Render() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], CountCharacters(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line = indent_;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string blanks(widths[i] - CountCharacters(row[i]), ' ');
      line += (i == 0 ? "" : "  ") + (IsNumber(row[i]) ? blanks + row[i] : row[i] + blanks);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace sluice
