// Small feed files for tests.
#pragma once

#include <string>

#include <fmt/format.h>

namespace sluice {

inline std::string FeedWith(const std::string& sections, int64_t start_millis = 1'500'000'000'000) {
  return fmt::format(R"({{"startTimeMillis":{},"endTimeMillis":{}{}{}}})", start_millis,
                     start_millis + 60'000, sections.empty() ? "" : ",", sections);
}

inline std::string JamJson(int uuid, const std::string& more = "") {
  return fmt::format(R"({{"uuid":{},"pubMillis":1499999999123,"speed":3.51,"delay":-1,)"
                     R"("line":[{{"x":-85.5,"y":38.25}},{{"x":-85.6,"y":{}}}]{}}})",
                     uuid, uuid, more);
}

}  // namespace sluice
