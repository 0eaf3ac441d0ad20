// What a set of lines will ask of the store, read in a few statements.
#include "system/terminology/store.h"

namespace sluice::ocl {

void Store::ReadAhead(std::span<const ScriptLine> lines) {
  Keys accounts, orgs, repos;
  auto add_owner = [&](const std::string& url) {
    auto owner = ParseOwnerUrl(url);
    if (owner) (owner->is_org ? orgs : accounts).push_back(owner->id);
  };
  for (const ScriptLine& line : lines) {
    if (!line.fault.empty()) continue;
    add_owner(line.owner_url.empty() ? line.object_url : line.owner_url);
    if (!line.repo_url.empty()) repos.push_back(line.repo_url);
    for (const ItemUrl& item : line.items) repos.push_back(item.repo_url);
    repos.insert(repos.end(), line.repos.begin(), line.repos.end());
  }
  ReadAccounts(accounts);
  ReadOrgs(orgs);
  ReadRepos(repos);
  ReadAheadItems(lines);
  ReadAheadReferences(lines);
}

void Store::ReadAheadItems(std::span<const ScriptLine> lines) {
  IdKeys concepts, mappings, like, versions;
  for (const ScriptLine& line : lines) {
    if (!line.fault.empty()) continue;
    const Repo* repo = line.repo_url.empty() ? nullptr : repos_.at(line.repo_url).get();
    if (repo && !line.id.empty()) {
      if (line.type == LineType::kConcept) concepts.emplace_back(repo->id, line.id);
      if (line.type == LineType::kMapping) mappings.emplace_back(repo->id, line.id);
      if (line.is_version()) versions.emplace_back(repo->id, line.id);
    }
    for (const ItemUrl& item : line.items) {
      const Repo* source = repos_.at(item.repo_url).get();
      if (!source) continue;
      (item.kind == ItemKind::kConcept ? concepts : mappings).emplace_back(source->id, item.id);
    }
    if (repo && line.type == LineType::kMapping && !line.items.empty()) {
      const ItemUrl& from = line.items.front();
      const Repo* source = repos_.at(from.repo_url).get();
      if (source) {
        like.emplace_back(repo->id,
                          MappingIdentity(line.map_type, source->id, from.id, line.target));
      }
    }
  }
  ReadConcepts(std::move(concepts));
  ReadMappings(std::move(mappings));
  ReadMappingsLike(std::move(like));
  ReadVersions(std::move(versions));
}

void Store::ReadAheadReferences(std::span<const ScriptLine> lines) {
  std::vector<FromKey> from;
  std::vector<ReferenceKey> references;
  for (const ScriptLine& line : lines) {
    if (line.type != LineType::kReference || !line.fault.empty()) continue;
    const Repo* collection = repos_.at(line.repo_url).get();
    if (!collection) continue;
    for (const ItemUrl& item : line.items) {
      const Repo* source = repos_.at(item.repo_url).get();
      if (!source) continue;
      references.push_back({collection->id, source->id, item.kind, item.id});
      if (line.cascades && item.kind == ItemKind::kConcept) {
        from.push_back({source->id, source->id, item.id});
      }
    }
  }
  ReadMappingsFrom(std::move(from));
  for (const ScriptLine& line : lines) {
    if (line.type != LineType::kReference || !line.fault.empty() || !line.cascades) continue;
    const Repo* collection = repos_.at(line.repo_url).get();
    for (const ItemUrl& item : line.items) {
      const Repo* source = collection ? repos_.at(item.repo_url).get() : nullptr;
      if (!source || item.kind != ItemKind::kConcept) continue;
      for (const Mapping* mapping : MappingsFrom(*source, source->id, item.id)) {
        references.push_back({collection->id, source->id, ItemKind::kMapping, mapping->mnemonic});
      }
    }
  }
  ReadReferences(std::move(references));
}

}  // namespace sluice::ocl
