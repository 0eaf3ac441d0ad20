#include "row/copy_text.h"

namespace sluice {

void AppendCopyText(std::string_view value, char delimiter, std::string& out) {
  size_t kept = 0;
  for (size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    char letter = c;
    if (c == '\n') {
      letter = 'n';
    } else if (c == '\r') {
      letter = 'r';
    } else if (c != '\\' && c != delimiter) {
      continue;
    }
    out.append(value.substr(kept, at - kept));
    out += '\\';
    out += letter;
    kept = at + 1;
  }
  out.append(value.substr(kept));
}

bool IsCopyTextDelimiter(char c) {
  constexpr std::string_view kForbidden = "\\.abcdefghijklmnopqrstuvwxyz0123456789\r\n";
  return c != '\0' && kForbidden.find(c) == kForbidden.npos;
}

}  // namespace sluice
