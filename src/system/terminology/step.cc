#include "system/terminology/step.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "record/utf8.h"

namespace sluice::ocl {
namespace {

constexpr size_t kShownBytesMax = size_t{64} * 1024;

using Names = std::span<const std::string_view>;

constexpr std::string_view kUserMembers[] = {"username", "name",     "email",
                                             "company",  "location", "preferred_locale"};
constexpr std::string_view kOrgMembers[] = {"id",       "name",          "company", "website",
                                            "location", "public_access", "extras"};
constexpr std::string_view kRepoMembers[] = {"id",
                                             "short_code",
                                             "name",
                                             "full_name",
                                             "description",
                                             "source_type",
                                             "collection_type",
                                             "custom_validation_schema",
                                             "public_access",
                                             "default_locale",
                                             "supported_locales",
                                             "website",
                                             "extras",
                                             "external_id",
                                             "canonical_url",
                                             "identifier",
                                             "contact",
                                             "jurisdiction",
                                             "publisher",
                                             "purpose",
                                             "copyright",
                                             "revision_date",
                                             "text",
                                             "content_type",
                                             "experimental",
                                             "case_sensitive",
                                             "collection_reference",
                                             "hierarchy_meaning",
                                             "compositional",
                                             "version_needed",
                                             "meta",
                                             "properties",
                                             "filters",
                                             "immutable",
                                             "locked_date"};
constexpr std::string_view kConceptMembers[] = {
    "id",      "external_id", "concept_class",       "datatype",       "names",  "descriptions",
    "retired", "extras",      "parent_concept_urls", "update_comment", "comment"};
constexpr std::string_view kMappingMembers[] = {"id",
                                                "map_type",
                                                "from_concept_url",
                                                "to_source_url",
                                                "to_concept_url",
                                                "to_concept_code",
                                                "to_concept_name",
                                                "extras",
                                                "external_id",
                                                "retired",
                                                "sort_weight",
                                                "update_comment",
                                                "comment"};
constexpr std::string_view kReferenceMembers[] = {"data", "references"};
constexpr std::string_view kVersionMembers[] = {"id", "description", "released", "external_id",
                                                "extras"};

Names MembersOf(LineType type) {
  switch (type) {
    case LineType::kUser:
      return kUserMembers;
    case LineType::kOrganization:
      return kOrgMembers;
    case LineType::kSource:
    case LineType::kCollection:
      return kRepoMembers;
    case LineType::kConcept:
      return kConceptMembers;
    case LineType::kMapping:
      return kMappingMembers;
    case LineType::kReference:
      return kReferenceMembers;
    case LineType::kSourceVersion:
    case LineType::kCollectionVersion:
      return kVersionMembers;
  }
  return {};
}

std::string_view MethodOf(LineType type, Deed deed) {
  if (deed == Deed::kDelete) return "DELETE";
  if (type == LineType::kReference) return "PUT";
  if (deed == Deed::kCreate) return "POST";
  return type == LineType::kUser || type == LineType::kOrganization ? "POST" : "PUT";
}

std::string_view LabelOf(Deed deed) {
  return deed == Deed::kCreate ? "NEW" : deed == Deed::kUpdate ? "UPDATE" : "DELETE";
}

}  // namespace

void Step::Answer(Deed deed, int status, std::string message) {
  result.action = LabelOf(deed);
  result.status_code = std::to_string(status);
  result.method = MethodOf(line.type, deed);
  result.message = std::move(message);
}

void Step::Skip(std::string message) {
  result.action = "SKIP";
  result.status_code = "skip";
  result.method.clear();
  result.message = std::move(message);
}

void Step::Forbid(Deed deed) {
  Answer(deed, 403, R"({"detail": "You do not have permission to perform this action."})");
}

void Step::NotFound(Deed deed) {
  bool versioned = line.type == LineType::kConcept || line.type == LineType::kMapping;
  if (!versioned) return Answer(deed, 404, R"({"detail": "Not found."})");
  Answer(deed, 404,
         fmt::format(R"({{"non_field_errors": "Could not find {} to {}"}})",
                     line.type == LineType::kConcept ? "concept" : "mapping",
                     deed == Deed::kDelete ? "retire" : "update"));
}

std::optional<Deed> Step::Decide(bool exists) {
  switch (line.directive) {
    case Directive::kCreate:
      return Deed::kCreate;
    case Directive::kDelete:
      if (exists) return Deed::kDelete;
      NotFound(Deed::kDelete);
      return std::nullopt;
    case Directive::kDeleteIfExists:
      if (exists) return Deed::kDelete;
      Skip(kDoesNotExist + line.object_url);
      return std::nullopt;
    case Directive::kUpdate:
      if (!exists) {
        NotFound(Deed::kUpdate);
        return std::nullopt;
      }
      break;
    default:
      if (!exists) return Deed::kCreate;
  }
  if (update_if_exists) return Deed::kUpdate;
  Skip(kExistsAlready + line.object_url);
  return std::nullopt;
}

bool MaySee(const Org& org, const Requester& requester) {
  return org.access != "None" || org.has_member || requester.staff;
}
bool MaySee(const Repo& repo, const Requester& requester) {
  return repo.access != "None" || repo.is_ours || requester.staff;
}
bool MayEdit(const Org& org, const Requester& requester) {
  return org.access == "Edit" || org.has_member || requester.staff;
}
bool MayEdit(const Repo& repo, const Requester& requester) {
  return repo.access == "Edit" || MayAdminister(repo, requester);
}
bool MayAdminister(const Repo& repo, const Requester& requester) {
  return repo.is_ours || requester.staff;
}

std::string FieldError(std::string_view field, std::string_view why) {
  return fmt::format("{{{}: [{}]}}", Quoted(field), Quoted(why));
}

std::string ObjectError(std::string_view why) { return FieldError("__all__", why); }

std::string TakeExtras(JsonObject members, std::string& extras) {
  std::optional<Json> value = Member(members, "extras");
  if (!value) return "";
  if (value->is_null()) {
    extras = "{}";
    return "";
  }
  if (!value->is_object()) return FieldError("extras", "Not a valid object.");
  extras.clear();
  AppendCanonicalJson(*value, extras);
  return "";
}

std::string TakeAccess(JsonObject members, std::string& access) {
  std::optional<Json> value = Member(members, "public_access");
  if (!value || value->is_null()) return "";
  std::string text = ScalarText(*value).value_or("");
  if (text != "View" && text != "Edit" && text != "None") {
    return FieldError("public_access", fmt::format("{} is not a valid choice.", Quoted(text)));
  }
  access = text;
  return "";
}

std::string Shown(std::string_view bytes) {
  std::string shown;
  while (!bytes.empty() && shown.size() < kShownBytesMax) {
    size_t good = Utf8FaultAt(bytes.substr(0, kShownBytesMax));
    for (char c : bytes.substr(0, good)) shown += c == '\0' ? ' ' : c;
    if (good == bytes.size()) break;
    if (good >= kShownBytesMax - 4) break;
    shown += "\xef\xbf\xbd";  // U+FFFD
    bytes.remove_prefix(good + 1);
  }
  return shown;
}

std::string Payload(const ScriptLine& line, JsonObject members) {
  std::string text;
  ObjectWriter payload(text);
  for (std::string_view name : MembersOf(line.type)) {
    std::optional<Json> value = Member(members, name);
    if (!value) continue;
    std::string json;
    AppendJson(*value, json);
    payload.Raw(name, json);
  }
  payload.End();
  return text;
}

}  // namespace sluice::ocl
