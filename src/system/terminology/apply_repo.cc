// Sources and collections.
#include <fmt/format.h>

#include <map>

#include "system/terminology/body.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/openmrs.h"
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

// Kept as they are, in one JSON column.
constexpr std::string_view kProperties[] = {"canonical_url",
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

void TakeProperties(JsonObject members, std::string& properties) {
  std::map<std::string, std::string, std::less<>> all;
  simdjson::dom::parser parser;
  simdjson::padded_string known(properties);
  for (auto member : JsonObject(parser.parse(known).value())) {
    AppendCanonicalJson(member.value, all[std::string(member.key)]);
  }
  for (std::string_view name : kProperties) {
    std::optional<Json> value = Member(members, name);
    if (!value) continue;
    std::string& text = all[std::string(name)];
    text.clear();
    AppendCanonicalJson(*value, text);
  }
  properties.clear();
  ObjectWriter object(properties);
  for (const auto& [name, text] : all) object.Raw(name, text);
  object.End();
}

// "en,fr", also where the line gives a list.
void TakeLocales(JsonObject members, Text& locales) {
  std::optional<Json> value = Member(members, "supported_locales");
  if (!value) return;
  if (!value->is_array()) {
    locales = ScalarText(*value);
    return;
  }
  locales = "";
  for (Json item : simdjson::dom::array(*value)) {
    if (!locales->empty()) *locales += ',';
    *locales += ScalarText(item).value_or("");
  }
}

std::string Take(const Step& step, Repo& repo) {
  bool is_source = repo.kind == RepoKind::kSource;
  auto names = kRepoText;
  names[kRepoTypeAt] = is_source ? "source_type" : "collection_type";
  names[kLocalesAt] = "";
  std::string error = TakeTexts(step.members, names, repo.text);
  if (error.empty()) error = TakeExtras(step.members, repo.extras);
  if (error.empty()) error = TakeAccess(step.members, repo.access);
  if (!error.empty()) return error;
  TakeLocales(step.members, repo.text[kLocalesAt]);
  TakeProperties(step.members, repo.properties);
  Text& schema = repo.text[kSchemaAt];
  if (!schema || schema->empty()) schema = "None";
  if (*schema != "None" && *schema != "OpenMRS") {
    return FieldError("custom_validation_schema", Quoted(*schema) + " is not a valid choice.");
  }
  const Text& name = repo.text[0];
  if (!name) return FieldError("name", "This field is required.");
  if (name->empty()) return FieldError("name", "This field may not be blank.");
  return "";
}

// The owner's id, or nothing if the requester may not create under it.
std::optional<int64_t> OwnerFor(const Step& step, const OwnerUrl& owner) {
  const Requester& requester = step.requester();
  if (owner.is_org) {
    const Org* org = step.store.FindOrg(owner.id);
    if (!org->has_member && !requester.staff) return std::nullopt;
    return org->id;
  }
  const Account* account = step.store.FindAccount(owner.id);
  if (account->id != requester.account_id && !requester.staff) return std::nullopt;
  return account->id;
}

void Create(Step& step, const Repo* known) {
  const ScriptLine& line = step.line;
  Repo repo;
  repo.kind = line.type == LineType::kSource ? RepoKind::kSource : RepoKind::kCollection;
  repo.url = line.repo_url;
  repo.mnemonic = line.id;
  repo.owner = ParseOwnerUrl(line.owner_url).value();
  std::optional<int64_t> owner_id = OwnerFor(step, repo.owner);
  if (!owner_id) return step.Forbid(Deed::kCreate);
  if (known) {
    return step.Answer(
        Deed::kCreate, 400,
        ObjectError(fmt::format("{} with this Mnemonic and Parent id already exists.",
                                ToString(line.type))));
  }
  repo.owner_id = *owner_id;
  repo.is_ours = repo.owner.is_org ? step.store.FindOrg(repo.owner.id)->has_member
                                   : repo.owner.id == step.requester().username;
  repo.text[kSchemaAt] = "None";
  repo.text[kSchemaAt + 1] = "en";  // default_locale
  std::string error =
      IsPlainId(repo.mnemonic) ? Take(step, repo) : FieldError("id", "Enter a valid value.");
  if (!error.empty()) return step.Answer(Deed::kCreate, 400, error);
  step.Answer(Deed::kCreate, 201,
              Body(step.store.Add(std::move(repo)), step.StampFor(Deed::kCreate)));
}

void Update(Step& step, Repo& known) {
  if (!MayEdit(known, step.requester())) return step.Forbid(Deed::kUpdate);
  Repo changed = known;
  std::string error = Take(step, changed);
  bool adopts = changed.kind == RepoKind::kSource && changed.is_openmrs() && !known.is_openmrs();
  if (error.empty() && adopts) error = AdoptOpenMrs(step, known);
  if (!error.empty()) return step.Answer(Deed::kUpdate, 400, error);
  step.store.Changed(known);
  changed.state = known.state;
  known = std::move(changed);
  step.Answer(Deed::kUpdate, 200, Body(known, step.StampFor(Deed::kUpdate)));
}

void Delete(Step& step, const Repo& known) {
  if (!MayAdminister(known, step.requester())) return step.Forbid(Deed::kDelete);
  int64_t id = known.id;
  step.store.Flush();
  pg::Result used = step.store.connection().Exec(sql::kDropRepo, {std::to_string(id)});
  if (!used.is_null(0, 0)) {
    return step.Answer(Deed::kDelete, 400, InUseError(used.text(0, 0)));
  }
  step.store.Forget();
  step.Answer(Deed::kDelete, 204, "");
}

}  // namespace

void ApplyRepo(Step& step) {
  Repo* known = step.store.FindRepo(step.line.repo_url);
  bool visible = known && MaySee(*known, step.requester());
  std::optional<Deed> deed = step.Decide(visible);
  if (!deed) return;
  if (*deed == Deed::kCreate) return Create(step, known);
  if (*deed == Deed::kUpdate) return Update(step, *known);
  Delete(step, *known);
}

}  // namespace sluice::ocl
