#include "system/fhir/disabled_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/digest.h"

namespace sluice {

std::span<const std::string_view> DisabledIndexParameters() {
  static constexpr std::array<std::string_view, 4> kNames = {"status", "schemaname", "tablename",
                                                             "indexname"};
  return kNames;
}

std::string DisabledIndexId(const SetAsideRow& row) {
  const pg::TablePart& part = row.part;
  return Hex(Md5(fmt::format("{} {} {}", part.relation, ToString(part.kind), part.name)));
}

Json DisabledIndex(const SetAsideRow& row) {
  const pg::TablePart& part = row.part;
  Json index = {{"resourceType", "DisabledIndex"},
                {"id", DisabledIndexId(row)},
                {"schemaname", part.schema},
                {"tablename", part.table},
                {"indexname", part.name},
                {"status", row.state == "aside" ? "disabled" : "restored"}};
  auto add = [](Json& to, const char* name, const std::string& value) {
    if (!value.empty()) to[name] = value;
  };
  add(index, "indexdef", part.index_definition);
  add(index, "tablespace", part.tablespace);
  add(index, "constraintdef", part.constraint_definition);
  add(index, "message", row.error_message);
  Json restore = Json::object();
  add(restore, "start", FhirDateTime(row.restore_start));
  add(restore, "end", FhirDateTime(row.restore_end));
  if (row.restore_ms) restore["duration"] = *row.restore_ms;
  if (!restore.empty()) index["restore"] = restore;
  return index;
}

bool Matches(const Search& search, const Json& index) {
  return std::ranges::all_of(search.parameters, [&](const auto& parameter) {
    const auto& [name, values] = parameter;
    return std::ranges::find(values, index.at(name).template get<std::string>()) != values.end();
  });
}

}  // namespace sluice
