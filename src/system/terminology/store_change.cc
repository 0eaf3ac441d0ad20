// What lines do to the view: new values and new versions.
#include <fmt/format.h>

#include <algorithm>

#include "system/terminology/store.h"

namespace sluice::ocl {
namespace {

Key KeyOf(int64_t id, std::string_view name) { return fmt::format("{}\n{}", id, name); }

void AddVersionRow(const Concept& known, const Text& comment, const std::string& by,
                   CopyText& rows) {
  const ConceptContent& content = known.content;
  rows.Add(known.source_id).Add(known.mnemonic).Add(known.version);
  rows.Add(content.concept_class).Add(content.datatype).Add(content.retired);
  rows.Add(content.external_id).Add(content.extras).Add(content.names).Add(content.descriptions);
  rows.Add(content.parent_concept_urls).Add(comment).Add(by).EndRow();
}

void AddVersionRow(const Mapping& known, const Text& comment, const std::string& by,
                   CopyText& rows) {
  const MappingContent& content = known.content;
  rows.Add(known.source_id).Add(known.mnemonic).Add(known.version).Add(content.map_type);
  rows.Add(content.from_url).Add(content.to_concept_url).Add(content.to_source_url);
  rows.Add(content.to_concept_code).Add(content.to_concept_name).Add(content.external_id);
  rows.Add(content.extras);
  if (content.sort_weight) {
    rows.Add(fmt::format("{}", *content.sort_weight));
  } else {
    rows.AddNull();
  }
  rows.Add(content.retired).Add(comment).Add(by).EndRow();
}

}  // namespace

Account& Store::Add(Account account) {
  account.id = NewId();
  std::unique_ptr<Account>& place = accounts_[account.username];
  place = std::make_unique<Account>(std::move(account));
  accounts_touched_.push_back(place.get());
  return *place;
}

Org& Store::Add(Org org) {
  org.id = NewId();
  std::unique_ptr<Org>& place = orgs_[org.mnemonic];
  place = std::make_unique<Org>(std::move(org));
  orgs_touched_.push_back(place.get());
  return *place;
}

Repo& Store::Add(Repo repo) {
  repo.id = NewId();
  new_repos_.insert(repo.id);
  std::unique_ptr<Repo>& place = repos_[repo.url];
  place = std::make_unique<Repo>(std::move(repo));
  repos_touched_.push_back(place.get());
  return *place;
}

RepoVersion& Store::Add(RepoVersion version) {
  version.id = NewId();
  std::unique_ptr<RepoVersion>& place = versions_[KeyOf(version.repo_id, version.mnemonic)];
  place = std::make_unique<RepoVersion>(std::move(version));
  versions_touched_.push_back(place.get());
  return *place;
}

Concept& Store::Add(Concept new_concept, const Text& comment) {
  std::unique_ptr<Concept>& place = concepts_[KeyOf(new_concept.source_id, new_concept.mnemonic)];
  place = std::make_unique<Concept>(std::move(new_concept));
  place->version = 1;
  concepts_touched_.push_back(place.get());
  AddVersionRow(*place, comment, requester_.username, concept_versions_);
  return *place;
}

Mapping& Store::Add(Mapping mapping, const Text& comment) {
  std::unique_ptr<Mapping>& place = mappings_[KeyOf(mapping.source_id, mapping.mnemonic)];
  place = std::make_unique<Mapping>(std::move(mapping));
  Mapping& added = *place;
  added.version = 1;
  mappings_touched_.push_back(&added);
  mappings_like_[KeyOf(added.source_id,
                       MappingIdentity(added.content.map_type, added.from_source_id,
                                       added.from_code, added.content.Target()))] = &added;
  new_from_[fmt::format("{}\n{}\n{}", added.source_id, added.from_source_id, added.from_code)]
      .push_back(&added);
  AddVersionRow(added, comment, requester_.username, mapping_versions_);
  return added;
}

void Store::Revise(Concept& known, ConceptContent content, const Text& comment) {
  Touch(known, concepts_touched_);
  known.content = std::move(content);
  ++known.version;
  AddVersionRow(known, comment, requester_.username, concept_versions_);
}

void Store::Revise(Mapping& known, Mapping changed, const Text& comment) {
  Touch(known, mappings_touched_);
  auto identity = [](const Mapping& mapping) {
    return KeyOf(mapping.source_id,
                 MappingIdentity(mapping.content.map_type, mapping.from_source_id,
                                 mapping.from_code, mapping.content.Target()));
  };
  mappings_like_[identity(known)] = nullptr;
  if (known.from_source_id != changed.from_source_id || known.from_code != changed.from_code) {
    new_from_[fmt::format("{}\n{}\n{}", changed.source_id, changed.from_source_id,
                          changed.from_code)]
        .push_back(&known);
  }
  changed.version = known.version + 1;
  changed.state = known.state;
  known = std::move(changed);
  mappings_like_[identity(known)] = &known;
  AddVersionRow(known, comment, requester_.username, mapping_versions_);
}

void Store::SetTold(const Repo& source, const std::string& mnemonic, const ToldNames& before,
                    const ToldNames& after) {
  if (before == after) return;
  for (const auto& [locale, name] : before) {
    std::erase(ToldApart(source, locale, name), mnemonic);
  }
  for (const auto& [locale, name] : after) {
    std::vector<std::string>& bearers = ToldApart(source, locale, name);
    if (std::ranges::find(bearers, mnemonic) == bearers.end()) bearers.push_back(mnemonic);
  }
  told_touched_[KeyOf(source.id, mnemonic)] = after;
}

}  // namespace sluice::ocl
