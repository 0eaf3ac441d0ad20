// The reading half of Store: sets of keys in, values into the caches.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/store.h"
#include "system/terminology/store_row.h"

namespace sluice::ocl {
namespace {

std::string StringAt(const pg::Result& rows, int row, int column) {
  return std::string(rows.text(row, column));
}

Key KeyOf(int64_t id, std::string_view name) { return fmt::format("{}\n{}", id, name); }
Key KeyOf(int64_t source, int64_t from_source, std::string_view code) {
  return fmt::format("{}\n{}\n{}", source, from_source, code);
}
Key KeyOf(int64_t collection, int64_t source, ItemKind kind, std::string_view mnemonic) {
  return fmt::format("{}\n{}\n{}\n{}", collection, source, kind == ItemKind::kConcept ? 'c' : 'm',
                     mnemonic);
}

// The keys that the cache does not know, each once; they are absent until a row says otherwise.
template <typename C>
std::vector<Key> Unknown(const std::vector<Key>& keys, C& cache) {
  std::vector<Key> unknown;
  for (const Key& key : keys) {
    if (cache.try_emplace(key).second) unknown.push_back(key);
  }
  return unknown;
}

pg::Value Names(const std::vector<Key>& names) {
  return pg::TextArray(std::vector<pg::Value>(names.begin(), names.end()));
}

// Columns of ids and names, for unnest.
struct Columns {
  std::vector<int64_t> ids, more_ids;
  std::vector<pg::Value> names, more_names;
};

}  // namespace

std::string MappingIdentity(std::string_view map_type, int64_t from_source_id,
                            std::string_view from_code, std::string_view target) {
  return Hex(Md5(fmt::format("{}\n{}\n{}\n{}", map_type, from_source_id, from_code, target)));
}

void Store::ReadAccounts(const Keys& usernames) {
  Keys unknown = Unknown(usernames, accounts_);
  if (unknown.empty()) return;
  pg::Result rows = connection_.Exec(sql::kReadAccounts, {Names(unknown)});
  for (int row = 0; row < rows.rows(); ++row) {
    auto account = std::make_unique<Account>(TakeAccount(rows, row));
    Key key = account->username;
    accounts_[key] = std::move(account);
  }
}

void Store::ReadOrgs(const Keys& mnemonics) {
  Keys unknown = Unknown(mnemonics, orgs_);
  if (unknown.empty()) return;
  pg::Result rows =
      connection_.Exec(sql::kReadOrgs, {Names(unknown), std::to_string(requester_.account_id)});
  for (int row = 0; row < rows.rows(); ++row) {
    auto org = std::make_unique<Org>(TakeOrg(rows, row));
    Key key = org->mnemonic;
    orgs_[key] = std::move(org);
  }
}

void Store::ReadRepos(const Keys& urls) {
  Keys unknown = Unknown(urls, repos_);
  if (unknown.empty()) return;
  pg::Result rows =
      connection_.Exec(sql::kReadRepos, {Names(unknown), std::to_string(requester_.account_id)});
  for (int row = 0; row < rows.rows(); ++row) {
    auto repo = std::make_unique<Repo>(TakeRepo(rows, row));
    Key key = repo->url;
    repos_[key] = std::move(repo);
  }
}

void Store::ReadVersions(IdKeys keys) {
  Columns ask;
  for (IdKey& key : keys) {
    if (!versions_.try_emplace(KeyOf(key.first, key.second)).second) continue;
    if (new_repos_.contains(key.first)) continue;
    ask.ids.push_back(key.first);
    ask.names.emplace_back(std::move(key.second));
  }
  if (ask.ids.empty()) return;
  pg::Result rows =
      connection_.Exec(sql::kReadVersions, {pg::Int8Array(ask.ids), pg::TextArray(ask.names)});
  for (int row = 0; row < rows.rows(); ++row) {
    auto version = std::make_unique<RepoVersion>(TakeVersion(rows, row));
    Key key = KeyOf(version->repo_id, version->mnemonic);
    versions_[key] = std::move(version);
  }
}

void Store::ReadConcepts(IdKeys keys) {
  Columns ask;
  for (IdKey& key : keys) {
    if (!concepts_.try_emplace(KeyOf(key.first, key.second)).second) continue;
    if (new_repos_.contains(key.first)) continue;
    ask.ids.push_back(key.first);
    ask.names.emplace_back(std::move(key.second));
  }
  if (ask.ids.empty()) return;
  pg::Result rows =
      connection_.Exec(sql::kReadConcepts, {pg::Int8Array(ask.ids), pg::TextArray(ask.names)});
  for (int row = 0; row < rows.rows(); ++row) {
    auto known = std::make_unique<Concept>(TakeConcept(rows, row));
    Key key = KeyOf(known->source_id, known->mnemonic);
    concepts_[key] = std::move(known);
  }
}

// A row of SLUICE_MAPPING_COLUMNS; what the batch knows already stays as it is.
Mapping* Store::TakeMapping(const pg::Result& rows, int row) {
  Key key = KeyOf(rows.int8(row, 0), rows.text(row, 1));
  std::unique_ptr<Mapping>& known = mappings_[key];
  if (known) return known.get();
  known = std::make_unique<Mapping>(ocl::TakeMapping(rows, row));
  mappings_like_[KeyOf(known->source_id,
                       MappingIdentity(known->content.map_type, known->from_source_id,
                                       known->from_code, known->content.Target()))] = known.get();
  return known.get();
}

void Store::ReadMappings(IdKeys keys) {
  Columns ask;
  for (IdKey& key : keys) {
    if (!mappings_.try_emplace(KeyOf(key.first, key.second)).second) continue;
    if (new_repos_.contains(key.first)) continue;
    ask.ids.push_back(key.first);
    ask.names.emplace_back(std::move(key.second));
  }
  if (ask.ids.empty()) return;
  pg::Result rows =
      connection_.Exec(sql::kReadMappings, {pg::Int8Array(ask.ids), pg::TextArray(ask.names)});
  for (int row = 0; row < rows.rows(); ++row) TakeMapping(rows, row);
}

void Store::ReadMappingsLike(IdKeys keys) {
  Columns ask;
  for (IdKey& key : keys) {
    if (!mappings_like_.try_emplace(KeyOf(key.first, key.second)).second) continue;
    if (new_repos_.contains(key.first)) continue;
    ask.ids.push_back(key.first);
    ask.names.emplace_back(std::move(key.second));
  }
  if (ask.ids.empty()) return;
  pg::Result rows =
      connection_.Exec(sql::kReadMappingsLike, {pg::Int8Array(ask.ids), pg::TextArray(ask.names)});
  for (int row = 0; row < rows.rows(); ++row) TakeMapping(rows, row);
}

void Store::ReadMappingsFrom(std::vector<FromKey> keys) {
  Columns ask;
  for (FromKey& key : keys) {
    Key known = KeyOf(key.source_id, key.from_source_id, key.from_code);
    if (!mappings_from_.try_emplace(known).second) continue;
    if (new_repos_.contains(key.source_id)) continue;
    ask.ids.push_back(key.source_id);
    ask.more_ids.push_back(key.from_source_id);
    ask.names.emplace_back(std::move(key.from_code));
  }
  if (ask.ids.empty()) return;
  pg::Result rows = connection_.Exec(
      sql::kReadMappingsFrom,
      {pg::Int8Array(ask.ids), pg::Int8Array(ask.more_ids), pg::TextArray(ask.names)});
  for (int row = 0; row < rows.rows(); ++row) {
    Mapping* mapping = TakeMapping(rows, row);
    Key key = KeyOf(rows.int8(row, 0), rows.int8(row, 3), rows.text(row, 4));
    mappings_from_[key].push_back(mapping);
  }
}

void Store::ReadReferences(std::vector<ReferenceKey> keys) {
  Columns ask;
  for (ReferenceKey& key : keys) {
    auto [at, added] =
        references_.try_emplace(KeyOf(key.collection_id, key.source_id, key.kind, key.mnemonic));
    if (!added) continue;
    at->second = std::make_unique<Reference>();
    at->second->collection_id = key.collection_id;
    at->second->source_id = key.source_id;
    at->second->kind = key.kind;
    at->second->mnemonic = key.mnemonic;
    if (new_repos_.contains(key.collection_id)) continue;
    ask.ids.push_back(key.collection_id);
    ask.more_ids.push_back(key.source_id);
    ask.names.emplace_back(std::string(ToString(key.kind)));
    ask.more_names.emplace_back(std::move(key.mnemonic));
  }
  if (ask.ids.empty()) return;
  pg::Result rows = connection_.Exec(sql::kReadReferences,
                                     {pg::Int8Array(ask.ids), pg::Int8Array(ask.more_ids),
                                      pg::TextArray(ask.names), pg::TextArray(ask.more_names)});
  for (int row = 0; row < rows.rows(); ++row) {
    ItemKind kind = rows.text(row, 2) == "concept" ? ItemKind::kConcept : ItemKind::kMapping;
    Reference& reference =
        *references_.at(KeyOf(rows.int8(row, 0), rows.int8(row, 1), kind, rows.text(row, 3)));
    reference.version = static_cast<int32_t>(rows.int8(row, 4));
    reference.stored_version = reference.version;
    reference.present = true;
  }
}

void Store::ReadTold(std::vector<std::tuple<int64_t, std::string, std::string>> keys) {
  Columns ask;
  for (auto& [source, locale, name_md5] : keys) {
    if (!told_.try_emplace(KeyOf(source, locale + "\n" + name_md5)).second) continue;
    if (new_repos_.contains(source)) continue;
    ask.ids.push_back(source);
    ask.names.emplace_back(locale);
    ask.more_names.emplace_back(name_md5);
  }
  if (ask.ids.empty()) return;
  pg::Result rows = connection_.Exec(
      sql::kReadTold,
      {pg::Int8Array(ask.ids), pg::TextArray(ask.names), pg::TextArray(ask.more_names)});
  for (int row = 0; row < rows.rows(); ++row) {
    std::string name_md5 = StringAt(rows, row, 2);
    std::erase(name_md5, '-');
    told_[KeyOf(rows.int8(row, 0), StringAt(rows, row, 1) + "\n" + name_md5)].push_back(
        StringAt(rows, row, 3));
  }
}

Account* Store::FindAccount(const std::string& username) {
  ReadAccounts({username});
  return accounts_.at(username).get();
}

Org* Store::FindOrg(const std::string& mnemonic) {
  ReadOrgs({mnemonic});
  return orgs_.at(mnemonic).get();
}

Repo* Store::FindRepo(const std::string& url) {
  ReadRepos({url});
  return repos_.at(url).get();
}

RepoVersion* Store::FindVersion(const Repo& repo, const std::string& mnemonic) {
  ReadVersions({{repo.id, mnemonic}});
  return versions_.at(KeyOf(repo.id, mnemonic)).get();
}

Concept* Store::FindConcept(const Repo& source, const std::string& mnemonic) {
  ReadConcepts({{source.id, mnemonic}});
  return concepts_.at(KeyOf(source.id, mnemonic)).get();
}

Mapping* Store::FindMapping(const Repo& source, const std::string& mnemonic) {
  ReadMappings({{source.id, mnemonic}});
  return mappings_.at(KeyOf(source.id, mnemonic)).get();
}

Mapping* Store::FindMappingLike(const Repo& source, const std::string& map_type,
                                int64_t from_source_id, const std::string& from_code,
                                const std::string& target) {
  std::string identity = MappingIdentity(map_type, from_source_id, from_code, target);
  ReadMappingsLike({{source.id, identity}});
  return mappings_like_.at(KeyOf(source.id, identity));
}

std::vector<Mapping*> Store::MappingsFrom(const Repo& source, int64_t from_source_id,
                                          const std::string& from_code) {
  ReadMappingsFrom({{source.id, from_source_id, from_code}});
  Key key = KeyOf(source.id, from_source_id, from_code);
  std::vector<Mapping*> all;
  auto take = [&](Mapping* mapping) {
    if (mapping->from_source_id == from_source_id && mapping->from_code == from_code) {
      all.push_back(mapping);
    }
  };
  std::ranges::for_each(mappings_from_.at(key), take);
  if (auto added = new_from_.find(key); added != new_from_.end()) {
    std::ranges::for_each(added->second, take);
  }
  std::ranges::sort(all, {}, [](const Mapping* m) { return m->mnemonic; });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Reference& Store::ReferenceTo(const Repo& collection, ItemKind kind, const Repo& source,
                              const std::string& mnemonic) {
  ReadReferences({{collection.id, source.id, kind, mnemonic}});
  return *references_.at(KeyOf(collection.id, source.id, kind, mnemonic));
}

std::vector<std::string>& Store::ToldApart(const Repo& source, std::string_view locale,
                                           std::string_view name) {
  std::string name_md5 = Hex(Md5(name));
  ReadTold({{source.id, std::string(locale), name_md5}});
  return told_.at(KeyOf(source.id, std::string(locale) + "\n" + name_md5));
}

}  // namespace sluice::ocl
