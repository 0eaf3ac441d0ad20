#include "pg/statement_kind.h"

#include <strings.h>

namespace sluice::pg {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

std::string_view AfterBlanksAndComments(std::string_view sql) {
  for (;;) {
    size_t start = sql.find_first_not_of(kBlanks);
    if (start == std::string_view::npos) return {};
    sql.remove_prefix(start);
    size_t end;
    if (sql.starts_with("--")) {
      end = sql.find('\n');
    } else if (sql.starts_with("/*")) {
      end = sql.find("*/", 2);
      if (end != std::string_view::npos) ++end;
    } else {
      return sql;
    }
    if (end == std::string_view::npos) return {};
    sql.remove_prefix(end + 1);
  }
}

bool FirstWordIs(std::string_view sql, std::string_view word) {
  if (sql.size() < word.size() || strncasecmp(sql.data(), word.data(), word.size()) != 0) {
    return false;
  }
  return sql.size() == word.size() || (kBlanks.find(sql[word.size()]) != std::string_view::npos) ||
         sql[word.size()] == ';' || sql[word.size()] == '-' || sql[word.size()] == '/';
}

}  // namespace

Kind KindOf(std::string_view statement) {
  std::string_view sql = AfterBlanksAndComments(statement);
  if (FirstWordIs(sql, "COMMIT") || FirstWordIs(sql, "END")) return Kind::kCommitting;
  if (FirstWordIs(sql, "ROLLBACK") || FirstWordIs(sql, "ABORT")) return Kind::kRollback;
  return Kind::kPlain;
}

Kind KindOfScript(std::string_view script) {
  Kind first = KindOf(script);
  while (!script.empty()) {
    if (KindOf(script) == Kind::kCommitting) return Kind::kCommitting;
    size_t end = script.find(';');
    if (end == std::string_view::npos) break;
    script.remove_prefix(end + 1);
  }
  return first;
}

}  // namespace sluice::pg
