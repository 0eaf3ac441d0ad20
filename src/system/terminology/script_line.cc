#include "system/terminology/script_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "system/terminology/line_result.h"

namespace sluice::ocl {
namespace {

constexpr std::array<std::string_view, 9> kTypeNames = {
    "User",    "Organization", "Source",         "Collection",        "Concept",
    "Mapping", "Reference",    "Source Version", "Collection Version"};

constexpr std::pair<std::string_view, Directive> kDirectives[] = {
    {"CREATE_OR_UPDATE", Directive::kCreateOrUpdate},
    {"CREATE", Directive::kCreate},
    {"NEW", Directive::kCreate},
    {"UPDATE", Directive::kUpdate},
    {"DELETE", Directive::kDelete},
    {"SKIP", Directive::kSkip},
    {"DELETE_IF_EXISTS", Directive::kDeleteIfExists}};

bool IsOfCollection(LineType type) {
  return type == LineType::kCollection || type == LineType::kReference ||
         type == LineType::kCollectionVersion;
}

std::string_view RepoWord(LineType type) { return IsOfCollection(type) ? "collection" : "source"; }

// Sets the fault if `type` is not one of ours.
void ReadType(JsonObject members, ScriptLine& line) {
  std::optional<Json> type = Member(members, "type");
  if (!type || type->is_null()) {
    line.fault = fmt::format("No 'type' attribute: {}", line.bytes);
    return;
  }
  std::string name = ScalarText(*type).value_or("");
  const auto* found = std::ranges::find(kTypeNames, name);
  if (found == kTypeNames.end()) {
    line.fault = fmt::format("Unrecognized 'type' attribute '{}' for object: {}", name, line.bytes);
    return;
  }
  line.type = static_cast<LineType>(found - kTypeNames.begin());
  line.is_typed = true;
}

void ReadDirectives(JsonObject members, ScriptLine& line) {
  if (std::optional<Json> action = Member(members, "__action"); action && !action->is_null()) {
    std::string name = ScalarText(*action).value_or("");
    const auto* found =
        std::ranges::find(kDirectives, name, &std::pair<std::string_view, Directive>::first);
    if (found == std::end(kDirectives)) {
      line.fault = fmt::format("Unrecognized '__action' '{}'", name);
      return;
    }
    line.directive = found->second;
  }
  std::optional<Json> cascade = Member(members, "__cascade");
  if (!cascade) return;
  std::string method = cascade->is_object() ? MemberText(*cascade, "method").value_or("")
                                            : ScalarText(*cascade).value_or("");
  std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::tolower(c); });
  line.cascades = method == "sourcemappings";
}

// `owner_url`, else owner and owner_type, else what the repository's URL begins with.
std::string FindOwnerUrl(JsonObject members, const ScriptLine& line) {
  if (auto url = MemberText(members, "owner_url")) {
    auto owner = ParseOwnerUrl(*url);
    return owner ? owner->Url() : "";
  }
  if (auto owner = MemberText(members, "owner"); owner && !owner->empty()) {
    std::string type = MemberText(members, "owner_type").value_or("Organization");
    if (type == "Organization") return OrgUrl(*owner);
    return type == "User" ? AccountUrl(*owner) : "";
  }
  auto url = MemberText(members, fmt::format("{}_url", RepoWord(line.type)));
  auto owner = url ? ParseOwnerUrl(*url) : std::nullopt;
  return owner ? owner->Url() : "";
}

std::string FindRepoUrl(JsonObject members, const ScriptLine& line) {
  std::string word(RepoWord(line.type));
  if (auto url = MemberText(members, word + "_url")) {
    auto repo = ParseRepoUrl(*url);
    bool fits = repo && (repo->kind == RepoKind::kCollection) == IsOfCollection(line.type);
    return fits ? repo->Url() : "";
  }
  auto id = MemberText(members, word);
  return id && !id->empty() ? line.owner_url + word + "s/" + *id + "/" : "";
}

void AddItem(std::optional<std::string> url, ScriptLine& line) {
  std::optional<ItemUrl> item = url ? ParseItemUrl(*url) : std::nullopt;
  if (item) line.items.push_back(std::move(*item));
}

std::string CanonicalTarget(const std::string& url) {
  std::optional<ItemUrl> item = ParseItemUrl(url);
  return item ? item->Url() : url;
}

void ReadReferredTo(JsonObject members, ScriptLine& line) {
  if (line.type == LineType::kMapping) {
    AddItem(MemberText(members, "from_concept_url"), line);
    AddItem(MemberText(members, "to_concept_url"), line);
    auto source = MemberText(members, "to_source_url");
    auto repo = source ? ParseRepoUrl(*source) : std::nullopt;
    if (repo) line.repos.push_back(repo->Url());
    line.map_type = MemberText(members, "map_type").value_or("");
    if (auto to = MemberText(members, "to_concept_url")) {
      line.target = CanonicalTarget(*to);
    } else if (source) {
      line.target = (repo ? repo->Url() : *source) + "\n" +
                    MemberText(members, "to_concept_code").value_or("");
    }
  } else if (line.type == LineType::kReference) {
    for (const std::string& expression : Expressions(members)) {
      if (expression == "*") line.wildcard = true;
      AddItem(expression, line);
    }
  }
}

std::string ObjectUrl(const ScriptLine& line) {
  switch (line.type) {
    case LineType::kUser:
      return AccountUrl(line.id);
    case LineType::kOrganization:
      return OrgUrl(line.id);
    case LineType::kSource:
    case LineType::kCollection:
      return line.repo_url;
    case LineType::kConcept:
      return ItemUrlOf(line.repo_url, ItemKind::kConcept, line.id);
    case LineType::kMapping:
      return line.id.empty() ? line.repo_url + "mappings/"
                             : ItemUrlOf(line.repo_url, ItemKind::kMapping, line.id);
    case LineType::kReference:
      return line.repo_url + "references/";
    case LineType::kSourceVersion:
    case LineType::kCollectionVersion:
      return line.repo_url + line.id + "/";
  }
  return "";
}

// Who and where; sets the fault where the line does not say.
void ReadPlace(JsonObject members, ScriptLine& line) {
  bool is_user = line.type == LineType::kUser;
  line.id = MemberText(members, is_user ? "username" : "id").value_or("");
  if (line.type == LineType::kConcept) line.id = ConceptId(line.id);
  bool needs_id = line.type != LineType::kMapping && line.type != LineType::kReference;
  if (line.type != LineType::kUser && line.type != LineType::kOrganization) {
    line.owner_url = FindOwnerUrl(members, line);
    if (line.owner_url.empty()) {
      line.fault = "No valid owner: give owner and owner_type, or owner_url";
      return;
    }
    line.repo_url = line.is_repo()
                        ? line.owner_url + std::string(RepoWord(line.type)) + "s/" + line.id + "/"
                        : FindRepoUrl(members, line);
    if (line.repo_url.empty()) {
      line.fault = fmt::format("No valid {0}: give {0} or {0}_url", RepoWord(line.type));
      return;
    }
    // A repository's URL says who owns it, whatever else the line says.
    if (auto owner = ParseOwnerUrl(line.repo_url)) line.owner_url = owner->Url();
  }
  line.object_url = ObjectUrl(line);
  if (needs_id && line.id.empty()) {
    line.fault = fmt::format("No '{}' attribute", is_user ? "username" : "id");
  }
}

void AddTexts(std::optional<Json> list, std::vector<std::string>& out) {
  if (!list) return;
  if (!list->is_array()) {
    if (auto text = ScalarText(*list)) out.push_back(*text);
    return;
  }
  for (Json item : simdjson::dom::array(*list)) {
    if (auto text = ScalarText(item)) {
      out.push_back(std::move(*text));
    } else if (item.is_object()) {
      out.push_back(MemberText(item, "expression").value_or(""));
    } else {
      out.emplace_back();
    }
  }
}

}  // namespace

std::string_view ToString(LineType type) { return kTypeNames[static_cast<size_t>(type)]; }

std::vector<std::string> Expressions(JsonObject members) {
  std::vector<std::string> expressions;
  std::optional<Json> data = Member(members, "data");
  if (data && data->is_object()) {
    for (const char* name : {"expressions", "concepts", "mappings"}) {
      AddTexts(Member(*data, name), expressions);
    }
  } else {
    AddTexts(data, expressions);
  }
  AddTexts(Member(members, "references"), expressions);
  return expressions;
}

bool LineReader::Parse(ScriptLine& line, JsonObject& members) {
  JsonVerdict verdict = checker_.Check(line.bytes);
  if (!verdict) {
    line.fault =
        fmt::format("Invalid JSON on line {}: {}", line.number, Message(verdict.fault, verdict.at));
    return false;
  }
  Json root;
  simdjson::error_code error = parser_.parse(line.bytes.data(), line.bytes.size(), false).get(root);
  if (error != simdjson::SUCCESS) {
    line.fault =
        fmt::format("Line {} cannot be read: {}", line.number, simdjson::error_message(error));
    return false;
  }
  if (root.get(members) == simdjson::SUCCESS) return true;
  line.fault = fmt::format("Line {} is not a JSON object", line.number);
  return false;
}

ScriptLine LineReader::Read(uint64_t number, std::string_view bytes) {
  ScriptLine line;
  line.number = number;
  line.bytes = bytes;
  JsonObject members;
  if (!Parse(line, members)) return line;
  ReadType(members, line);
  if (!line.fault.empty()) return line;
  ReadDirectives(members, line);
  if (!line.fault.empty() || line.directive == Directive::kSkip) {
    std::string fault = line.fault;
    ReadPlace(members, line);  // as far as it goes, for the result
    line.fault = fault.empty() ? kSkippedByAction : fault;
    return line;
  }
  ReadPlace(members, line);
  if (line.fault.empty()) ReadReferredTo(members, line);
  return line;
}

JsonObject LineReader::Members(const ScriptLine& line) {
  return parser_.parse(line.bytes.data(), line.bytes.size(), false).value();
}

}  // namespace sluice::ocl
