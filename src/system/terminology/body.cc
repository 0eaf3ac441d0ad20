#include "system/terminology/body.h"

#include <fmt/format.h>

#include "system/terminology/concept_name.h"
#include "system/terminology/json_text.h"

namespace sluice::ocl {
namespace {

template <size_t N>
void AddTexts(ObjectWriter& body, const std::array<std::string_view, N>& names,
              const std::array<Text, N>& text) {
  for (size_t i = 0; i < N; ++i) body.OptionalText(names[i], text[i]);
}

void AddStamp(ObjectWriter& body, const Stamp& stamp) {
  if (!stamp.created_on.empty()) {
    body.Text("created_on", stamp.created_on).Text("created_by", stamp.created_by);
  }
  body.Text("updated_on", stamp.updated_on).Text("updated_by", stamp.updated_by);
}

std::string_view OwnerType(const OwnerUrl& owner) { return owner.is_org ? "Organization" : "User"; }

void AddOwner(ObjectWriter& body, const Repo& source) {
  body.Text("source", source.mnemonic)
      .Text("owner", source.owner.id)
      .Text("owner_type", OwnerType(source.owner))
      .Text("owner_url", source.owner.Url());
}

void AddVersion(ObjectWriter& body, const std::string& url, int32_t version) {
  std::string number = std::to_string(version);
  body.Text("versions_url", url + "versions/")
      .Text("version", number)
      .Text("version_url", url + number + "/");
}

// What a mapping's concept URL says: owner, source and code.
void AddEnd(ObjectWriter& body, const std::string& end, const Text& url) {
  std::optional<ItemUrl> item = url ? ParseItemUrl(*url) : std::nullopt;
  std::optional<RepoUrl> repo = item ? ParseRepoUrl(item->repo_url) : std::nullopt;
  body.OptionalText(end + "_concept_url", url);
  if (!repo) return;
  body.Text(end + "_concept_code", item->id)
      .Text(end + "_source_owner", repo->owner.id)
      .Text(end + "_source_owner_type", OwnerType(repo->owner))
      .Text(end + "_source_url", item->repo_url)
      .Text(end + "_source_name", repo->id);
}

}  // namespace

std::string Body(const Account& account, const Stamp& stamp) {
  std::string text;
  ObjectWriter body(text);
  body.Text("type", "User").Text("username", account.username);
  AddTexts(body, kAccountText, account.text);
  body.Text("url", AccountUrl(account.username));
  AddStamp(body, stamp);
  body.End();
  return text;
}

std::string Body(const Org& org, const Stamp& stamp) {
  std::string text;
  ObjectWriter body(text);
  body.Text("type", "Organization").Text("id", org.mnemonic);
  AddTexts(body, kOrgText, org.text);
  body.Text("public_access", org.access)
      .Raw("extras", org.extras)
      .Text("url", OrgUrl(org.mnemonic));
  AddStamp(body, stamp);
  body.End();
  return text;
}

std::string Body(const Repo& repo, const Stamp& stamp) {
  bool is_source = repo.kind == RepoKind::kSource;
  std::string text;
  ObjectWriter body(text);
  body.Text("type", is_source ? "Source" : "Collection")
      .Text("id", repo.mnemonic)
      .Text("short_code", repo.mnemonic);
  for (size_t i = 0; i < kRepoText.size(); ++i) {
    std::string_view name = kRepoText[i];
    if (i == kRepoTypeAt) name = is_source ? "source_type" : "collection_type";
    body.OptionalText(name, repo.text[i]);
  }
  body.Text("public_access", repo.access)
      .Raw("extras", repo.extras)
      .Raw("properties", repo.properties)
      .Text("owner", repo.owner.id)
      .Text("owner_type", OwnerType(repo.owner))
      .Text("owner_url", repo.owner.Url())
      .Text("url", repo.url);
  AddStamp(body, stamp);
  body.End();
  return text;
}

std::string Body(const RepoVersion& version, const Repo& repo, const Stamp& stamp) {
  bool is_source = repo.kind == RepoKind::kSource;
  std::string text;
  ObjectWriter body(text);
  body.Text("type", is_source ? "Source Version" : "Collection Version")
      .Text("id", version.mnemonic);
  AddTexts(body, kVersionText, version.text);
  body.Bool("released", version.released)
      .Raw("extras", version.extras)
      .Text("version_url", repo.url + version.mnemonic + "/")
      .Text("url", repo.url);
  AddStamp(body, stamp);
  body.End();
  return text;
}

std::string Body(const Concept& known, const Repo& source, const Text& comment,
                 const Stamp& stamp) {
  const ConceptContent& content = known.content;
  std::string url = ItemUrlOf(source.url, ItemKind::kConcept, known.mnemonic);
  std::optional<DisplayName> display = DisplayNameOf(content.names);
  std::string text;
  text.reserve(1024);
  ObjectWriter body(text);
  body.Text("uuid", std::to_string(known.version))
      .Raw("parent_concept_urls", content.parent_concept_urls)
      .Raw("extras", content.extras)
      .Text("id", known.mnemonic)
      .OptionalText("external_id", content.external_id)
      .Text("concept_class", content.concept_class)
      .Text("datatype", content.datatype)
      .Text("url", url)
      .Bool("retired", content.retired);
  AddOwner(body, source);
  body.OptionalText("display_name", display ? Text(display->name) : std::nullopt)
      .OptionalText("display_locale", display ? Text(display->locale) : std::nullopt)
      .Raw("names", content.names)
      .Raw("descriptions", content.descriptions);
  AddVersion(body, url, known.version);
  body.Text("name", "").Text("type", "Concept").OptionalText("update_comment", comment);
  AddStamp(body, stamp);
  body.Bool("public_can_view", source.access != "None");
  body.End();
  return text;
}

std::string Body(const Mapping& mapping, const Repo& source, const MappedNames& names,
                 const Text& comment, const Stamp& stamp) {
  const MappingContent& content = mapping.content;
  std::string url = ItemUrlOf(source.url, ItemKind::kMapping, mapping.mnemonic);
  std::string text;
  text.reserve(1024);
  ObjectWriter body(text);
  body.OptionalText("external_id", content.external_id)
      .Bool("retired", content.retired)
      .Text("map_type", content.map_type);
  AddOwner(body, source);
  AddEnd(body, "from", content.from_url);
  // What OCL has columns for, and scripts have no members for.
  body.OptionalText("from_concept_name", std::nullopt)
      .OptionalText("from_concept_name_resolved", names.from)
      .OptionalText("from_source_version", std::nullopt)
      .OptionalText("to_source_version", std::nullopt);
  AddEnd(body, "to", content.to_concept_url);
  if (!content.to_concept_url) {
    body.OptionalText("to_source_url", content.to_source_url)
        .OptionalText("to_concept_code", content.to_concept_code);
  }
  body.OptionalText("to_concept_name", content.to_concept_name)
      .OptionalText("to_concept_name_resolved", names.to)
      .Text("url", url)
      .Text("id", mapping.mnemonic)
      .Text("uuid", mapping.mnemonic)
      .Text("versioned_object_id", mapping.mnemonic)
      .Text("versioned_object_url", url)
      .Bool("is_latest_version", true)
      .OptionalText("update_comment", comment);
  AddVersion(body, url, mapping.version);
  if (content.sort_weight) body.Raw("sort_weight", fmt::format("{}", *content.sort_weight));
  body.Raw("extras", content.extras).Text("type", "Mapping");
  AddStamp(body, stamp);
  body.Text("version_created_on", stamp.updated_on);
  body.Bool("public_can_view", source.access != "None");
  body.End();
  return text;
}

}  // namespace sluice::ocl
