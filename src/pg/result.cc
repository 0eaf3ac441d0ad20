#include <libpq-fe.h>

#include <charconv>

#include "base/check.h"
#include "pg/connection.h"

namespace sluice::pg {

void Result::Clear::operator()(pg_result* result) const { PQclear(result); }

int Result::rows() const { return PQntuples(result_.get()); }

bool Result::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) == 1;
}

std::string_view Result::text(int row, int column) const {
  // libpq answers a wrong place with NULL and a warning on stderr; it is a mistake of ours.
  CHECK(row >= 0 && row < rows() && column >= 0 && column < PQnfields(result_.get()));
  return {PQgetvalue(result_.get(), row, column),
          static_cast<size_t>(PQgetlength(result_.get(), row, column))};
}

int64_t Result::int8(int row, int column) const {
  std::string_view digits = text(row, column);
  int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  CHECK(error == std::errc() && end == digits.data() + digits.size());
  return number;
}

bool Result::boolean(int row, int column) const { return text(row, column) == "t"; }

uint64_t Result::rows_changed() const {
  // PQcmdTuples counts the rows that a SELECT returned, too.
  if (command().starts_with("SELECT")) return 0;
  std::string_view digits = PQcmdTuples(result_.get());
  uint64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

std::string_view Result::command() const { return PQcmdStatus(result_.get()); }

}  // namespace sluice::pg
