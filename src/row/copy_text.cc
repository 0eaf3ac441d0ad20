#include "row/copy_text.h"

#include <array>
#include <cstdint>

namespace sluice {
namespace {

// What COPY text escapes beside its delimiter, and the letter that stands for it; 0: nothing.
constexpr std::array<char, 256> kLetters = [] {
  std::array<char, 256> letters{};
  letters['\n'] = 'n';
  letters['\r'] = 'r';
  letters['\\'] = '\\';
  return letters;
}();

}  // namespace

void AppendCopyText(std::string_view value, char delimiter, std::string& out) {
  size_t kept = 0;
  for (size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    const char letter = kLetters[static_cast<uint8_t>(c)];
    if (letter == 0 && c != delimiter) continue;
    out.append(value.substr(kept, at - kept));
    out += '\\';
    out += letter == 0 ? c : letter;
    kept = at + 1;
  }
  out.append(value.substr(kept));
}

bool IsCopyTextDelimiter(char c) {
  constexpr std::string_view kForbidden = "\\.abcdefghijklmnopqrstuvwxyz0123456789\r\n";
  return c != '\0' && kForbidden.find(c) == kForbidden.npos;
}

}  // namespace sluice
