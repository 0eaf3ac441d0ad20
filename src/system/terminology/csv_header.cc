#include "system/terminology/csv_header.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace sluice::ocl::csv {

Header::Header(std::span<const std::string> names) : names_(names.begin(), names.end()) {
  for (size_t at = 0; at < names.size(); ++at) {
    bool is_new = names[at].empty() || at_.emplace(names[at], at).second;
    if (is_new) continue;
    throw Fault("csv-header", fmt::format("two columns are called '{}'", names[at]))
        .Remedy("name each column once; an index tells several apart: name[1], name[2]");
  }
}

std::optional<size_t> Header::Find(const std::string& name) const {
  auto found = at_.find(name);
  return found == at_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Header::IndexesOf(std::string_view name) const {
  std::vector<std::string> indexes;
  for (std::string_view column : names_) {
    if (!column.starts_with(name) || !column.ends_with(']')) continue;
    column.remove_prefix(name.size());
    if (!column.starts_with('[')) continue;
    indexes.emplace_back(column.substr(1, column.size() - 2));
  }
  return indexes;
}

Cells Finder::Find(std::string_view columns, std::string_view otherwise) const {
  Cells cells{.columns = {}, .otherwise = otherwise};
  while (!columns.empty()) {
    size_t size = std::min(columns.find('|'), columns.size());
    Add(columns.substr(0, size), cells);
    columns.remove_prefix(std::min(columns.size(), size + 1));
  }
  return cells;
}

std::vector<TypedCells> Finder::Find(std::span<const MemberSpec> specs) const {
  std::vector<TypedCells> members;
  for (const MemberSpec& spec : specs) {
    members.push_back({std::string(spec.name), Find(spec.columns, spec.otherwise), spec.type});
  }
  return members;
}

EndCells Finder::Find(const EndsSpec& spec, std::string_view target) const {
  return {.target = Find(spec.target, target),
          .from = Find(spec.from),
          .to = Find(spec.to),
          .to_source_url = Find(spec.to_source_url)};
}

ConceptCells Finder::Find(const ConceptSpec& spec) const {
  return {.url = Find(spec.url),
          .owner = Find(spec.owner),
          .owner_type = Find(spec.owner_type, kOrganization),
          .source = Find(spec.source),
          .id = Find(spec.id)};
}

void Finder::Add(std::string_view column, Cells& cells) const {
  std::string name(column);
  if (name.starts_with('@')) name.replace(0, 1, prefix_);
  size_t mark = name.find("[#]");
  if (mark == name.npos) return AddNamed(name, cells);
  name.resize(mark);
  if (!index_.empty()) return AddNamed(name + "[" + index_ + "]", cells);
  for (const std::string& index : header_.IndexesOf(name)) {
    AddNamed(name + "[" + index + "]", cells);
  }
}

void Finder::AddNamed(const std::string& name, Cells& cells) const {
  if (std::optional<size_t> at = header_.Find(name)) cells.columns.push_back(*at);
}

}  // namespace sluice::ocl::csv
