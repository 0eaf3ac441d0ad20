#include "system/terminology/csv_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "system/terminology/csv_cells.h"
#include "system/terminology/csv_header.h"
#include "system/terminology/csv_members.h"
#include "system/terminology/json_text.h"

namespace sluice::ocl::csv {

static_assert(kVersions + 1 == Script::kPasses);

namespace {

// One of a concept's names or descriptions.
struct Localized {
  Cells text;  // without it there is none
  std::vector<TypedCells> members;
};

std::vector<Localized> FindLocalized(const Header& header, const std::string& word,
                                     std::span<const MemberSpec> first,
                                     std::span<const MemberSpec> more) {
  Finder plain(header);
  std::vector<Localized> all = {{plain.Find(word), plain.Find(first)}};
  for (const std::string& index : header.IndexesOf(word)) {
    Finder finder(header, "", index);
    all.push_back({finder.Find(word + "[#]"), finder.Find(more)});
  }
  return all;
}

// "[...]", or "" where the row has none.
std::string ArrayOf(const std::vector<Localized>& all, Row row) {
  std::string array;
  for (const Localized& one : all) {
    if (one.text.IsEmpty(row)) continue;
    array += array.empty() ? "[" : ", ";
    ObjectWriter object(array);
    for (const TypedCells& member : one.members) Write(member, row, object);
    object.End();
  }
  return array.empty() ? "" : array + "]";
}

// A resource's own attributes: "attr:name", "attr:name:type", or a name and a value in a column
// each, "attr_key[1]" and "attr_value[1]".
class Extras {
 public:
  explicit Extras(const Header& header) {
    for (size_t at = 0; at < header.names().size(); ++at) {
      std::string_view column = header.names()[at];
      if (!column.starts_with(kPrefix)) continue;
      column.remove_prefix(kPrefix.size());
      Type type = TakeType(column);
      named_.push_back({std::string(column), {{at}, ""}, type});
    }
    for (const std::string& index : header.IndexesOf("attr_key")) {
      Finder finder(header, "", index);
      paired_.emplace_back(finder.Find("attr_key[#]"), finder.Find("attr_value[#]"));
    }
  }

  // "{...}", or "" where the row has none.
  std::string Of(Row row) const {
    std::string json;
    ObjectWriter object(json);
    for (const TypedCells& extra : named_) Write(extra, row, object);
    for (const auto& [key, value] : paired_) {
      if (!key.IsEmpty(row)) WriteIfAny(key.Of(row), value.Of(row), object);
    }
    object.End();
    return json == "{}" ? "" : json;
  }

 private:
  static constexpr std::string_view kPrefix = "attr:";

  static Type TakeType(std::string_view& name) {
    constexpr std::pair<std::string_view, Type> kTypes[] = {
        {":bool", Type::kBool},   {":str", Type::kText},  {":int", Type::kInt},
        {":float", Type::kFloat}, {":list", Type::kList}, {":json", Type::kJson}};
    for (const auto& [suffix, type] : kTypes) {
      if (name.size() <= suffix.size() || !name.ends_with(suffix)) continue;
      name.remove_suffix(suffix.size());
      return type;
    }
    return Type::kText;
  }

  std::vector<TypedCells> named_;
  std::vector<std::pair<Cells, Cells>> paired_;
};

}  // namespace

// One line that rows of a type become, where the header has its columns.
struct Script::Resource {
  std::string_view row_type;
  Pass pass = kOwners;
  std::string_view line_type;
  std::vector<TypedCells> members;
  std::optional<EndCells> ends{};
  std::optional<Cells> only_with{};  // there is no such line where these are empty
};

struct Script::Layout {
  explicit Layout(std::span<const std::string> columns)
      : header(columns),
        width(columns.size()),
        type(Finder(header).Find(kTypeColumn)),
        directives(Finder(header).Find(kDirectives)),
        names(FindLocalized(header, "name", kNameMembers, kMoreNameMembers)),
        descriptions(
            FindLocalized(header, "description", kDescriptionMembers, kMoreDescriptionMembers)),
        extras(header) {
    for (const ResourceSpec& spec : kResources) Add(spec);
    AddOwnMappings(kInternalMappings, "map_", kInternal);
    AddOwnMappings(kExternalMappings, "extmap_", kExternal);
  }

  void Add(const ResourceSpec& spec) {
    Finder finder(header);
    Resource resource{.row_type = spec.row_type,
                      .pass = spec.pass,
                      .line_type = spec.line_type,
                      .members = finder.Find(spec.members)};
    if (spec.ends != nullptr) resource.ends = finder.Find(*spec.ends, spec.target);
    resources.push_back(std::move(resource));
  }

  // The mappings in a concept's row: one for each index of the columns that say what it maps to.
  void AddOwnMappings(Pass pass, const std::string& prefix, std::string_view target) {
    std::vector<std::string> indexes = header.IndexesOf(prefix + "to_concept_id");
    for (std::string& index : header.IndexesOf(prefix + "to_concept_url")) {
      if (std::ranges::find(indexes, index) == indexes.end()) indexes.push_back(std::move(index));
    }
    for (const std::string& index : indexes) {
      Finder finder(header, prefix, index);
      resources.push_back({.row_type = "Concept",
                           .pass = pass,
                           .line_type = "Mapping",
                           .members = finder.Find(kOwnMappingMembers),
                           .ends = finder.Find(kOwnEnds, target),
                           .only_with = finder.Find("@to_concept_id[#]|@to_concept_url[#]")});
    }
  }

  const Header header;
  const size_t width;
  const Cells type;
  const std::vector<TypedCells> directives;
  const std::vector<Localized> names, descriptions;
  const Extras extras;
  std::vector<Resource> resources;
};

namespace {

// Attributes of its own have all but references and versions; a mapping in its concept's row has
// none, they are the concept's.
bool HasExtras(Pass pass) {
  return pass == kOwners || pass == kSources || pass == kCollections || pass == kConcepts ||
         pass == kMappings;
}

void CheckWidth(Row cells, size_t width) {
  bool ragged = cells.size() > width &&
                std::ranges::any_of(cells.subspan(width), [](auto cell) { return !cell.empty(); });
  if (!ragged) return;
  throw Fault("column-count",
              fmt::format("the row has {} cells, the header {} columns", cells.size(), width))
      .Remedy("quote cells that have commas or line ends; nothing was applied");
}

}  // namespace

Script::Script(std::span<const std::string> header) : layout_(std::make_unique<Layout>(header)) {}
Script::~Script() = default;

void Script::Append(std::span<const std::string_view> cells, uint64_t row,
                    std::span<std::string, kPasses> lines) const {
  CheckWidth(cells, layout_->width);
  if (std::ranges::all_of(cells, &std::string_view::empty)) return;
  std::string_view row_type = layout_->type.Of(cells);
  auto begin = [&](Pass pass, std::string_view type) {
    ObjectWriter object(lines[pass]);
    WriteIfAny("type", type, object);
    object.Raw("__row", std::to_string(row));
    return object;
  };
  bool known = false;
  for (const Resource& resource : layout_->resources) {
    if (resource.row_type != row_type) continue;
    known = true;
    if (resource.only_with && resource.only_with->IsEmpty(cells)) continue;
    ObjectWriter object = begin(resource.pass, resource.line_type);
    for (const TypedCells& member : layout_->directives) Write(member, cells, object);
    for (const TypedCells& member : resource.members) Write(member, cells, object);
    if (resource.ends) WriteEnds(*resource.ends, cells, object);
    auto raw = [&](std::string_view name, const std::string& json) {
      if (!json.empty()) object.Raw(name, json);
    };
    if (resource.pass == kConcepts) {
      raw("names", ArrayOf(layout_->names, cells));
      raw("descriptions", ArrayOf(layout_->descriptions, cells));
    }
    if (HasExtras(resource.pass)) raw("extras", layout_->extras.Of(cells));
    object.End();
    lines[resource.pass] += '\n';
  }
  if (known) return;
  begin(kOwners, row_type).End();  // the line's own reader says what is wrong with its type
  lines[kOwners] += '\n';
}

}  // namespace sluice::ocl::csv
