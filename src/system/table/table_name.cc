#include "system/table/table_name.h"

#include <cctype>

#include "base/error.h"

namespace sluice {
namespace {

[[noreturn]] void Refuse(std::string_view text) {
  throw Fault("table-name", "'" + std::string(text) + "' is no name that PostgreSQL can have")
      .With(Scope::kRun)
      .Remedy("write table, schema.table, or \"Quoted Name\" where case or spaces matter");
}

// The identifiers of `text`, parted by `separator`.
std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> names(1);
  bool quoted = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' && quoted && at + 1 < text.size() && text[at + 1] == '"') {
      names.back() += text[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      names.back() += c;
    } else if (c == separator) {
      names.emplace_back();
    } else if (c != ' ') {
      names.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  if (quoted) Refuse(text);
  for (const std::string& name : names) {
    constexpr size_t kNameBytesMax = 63;  // NAMEDATALEN - 1: PostgreSQL would cut it silently
    if (name.empty() || name.size() > kNameBytesMax) Refuse(text);
  }
  return names;
}

}  // namespace

TableName ParseTableName(std::string_view text) {
  std::vector<std::string> names = Split(text, '.');
  if (names.size() > 2) Refuse(text);
  if (names.size() == 1) return {"public", names[0]};
  return {names[0], names[1]};
}

std::vector<std::string> ParseNames(std::string_view text) { return Split(text, ','); }

}  // namespace sluice
