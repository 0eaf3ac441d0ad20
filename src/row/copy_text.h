// PostgreSQL's COPY text format, as https://www.postgresql.org/docs/current/sql-copy.html has it
// ("Text Format").
#pragma once

#include <string>
#include <string_view>

namespace sluice {

inline constexpr std::string_view kCopyTextNull = "\\N";

// Appends what stands for `value` to `out`: one line's part, without raw line ends.
void AppendCopyText(std::string_view value, char delimiter, std::string& out);

// Whether COPY takes `c` as DELIMITER of its text format.
bool IsCopyTextDelimiter(char c);

}  // namespace sluice
