#include "app/secrets.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace sluice {
namespace {

void Blank(std::string& text, size_t from, size_t to) {
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(from),
            text.begin() + static_cast<std::ptrdiff_t>(to), 'x');
}

// user:PASSWORD@host. A password may hold '@' and '/' where its owner forgot to encode them, so
// everything up to the last '@' goes.
void BlankUserInfo(std::string& text, size_t authority) {
  size_t at = text.rfind('@', text.find_first_of("?#", authority));
  size_t colon = text.find(':', authority);
  if (at != std::string::npos && at > authority && colon < at) Blank(text, colon + 1, at);
}

// password=... and sslpassword=..., as a URL's parameter or a libpq keyword, also quoted.
void BlankPasswordWords(std::string& text) {
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (size_t at = lower.find("password"); at != std::string::npos;
       at = lower.find("password", at + 1)) {
    size_t equals = lower.find_first_not_of(' ', at + strlen("password"));
    if (equals == std::string::npos || lower[equals] != '=') continue;
    size_t from = lower.find_first_not_of(' ', equals + 1);
    if (from == std::string::npos) return;
    size_t to = lower.find_first_of(" &", from);
    if (lower[from] == '\'') {
      // The last quotation mark, because one in the password may be escaped.
      to = lower.rfind('\'');
      if (to == from) to = text.size();
    }
    Blank(text, from, std::max(from, std::min(to, text.size())));
  }
}

}  // namespace

std::string WithoutSecrets(std::string_view text) {
  std::string hidden(text);
  size_t scheme = hidden.find("://");
  if (scheme != std::string::npos) BlankUserInfo(hidden, scheme + 3);
  bool web =
      hidden.find("https://") != std::string::npos || hidden.find("http://") != std::string::npos;
  size_t query = hidden.find('?');
  if (web && query != std::string::npos) Blank(hidden, query + 1, hidden.size());
  BlankPasswordWords(hidden);
  return hidden;
}

void HideSecrets(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string hidden = WithoutSecrets(argv[i]);
    std::memcpy(argv[i], hidden.data(), hidden.size());
  }
}

}  // namespace sluice
