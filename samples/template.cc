#include "samples/template.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace sluice::samples {
namespace {

std::string WithoutLineEnds(std::string_view text) {
  std::string out;
  bool at_line_start = false;
  for (char c : text) {
    if (c == '\n') at_line_start = true;
    if (at_line_start && (c == '\n' || c == ' ')) continue;
    at_line_start = false;
    out.push_back(c);
  }
  return out;
}

[[noreturn]] void Abort(const char* problem, std::string_view text) {
  std::fprintf(stderr, "sluice-samples: %s in template %.60s\n", problem, text.data());
  std::abort();
}

}  // namespace

Template::Template(std::initializer_list<std::string_view> names, std::string_view text)
    : names_(names.size()) {
  std::string rest = WithoutLineEnds(text);
  for (;;) {
    size_t open = rest.find("${");
    if (open == std::string::npos) break;
    size_t close = rest.find('}', open);
    if (close == std::string::npos) Abort("an open hole", text);
    std::string_view name = std::string_view(rest).substr(open + 2, close - open - 2);
    const auto* at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) Abort("an unknown hole", text);
    pieces_.push_back({rest.substr(0, open), static_cast<size_t>(at - names.begin())});
    rest.erase(0, close + 1);
  }
  pieces_.push_back({rest, kNone});
}

void Template::AppendTo(std::string& out, std::initializer_list<std::string_view> values) const {
  if (values.size() != names_) Abort("a wrong number of values", pieces_.front().literal);
  for (const Piece& piece : pieces_) {
    out.append(piece.literal);
    if (piece.value != kNone) out.append(values.begin()[piece.value]);
  }
}

}  // namespace sluice::samples
