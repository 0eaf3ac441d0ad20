// The writing half of Store: what the batch did, in sets.
#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/store.h"

namespace sluice::ocl {
namespace {

template <size_t N>
void AddTexts(const std::array<Text, N>& text, CopyText& row) {
  for (const Text& value : text) row.Add(value);
}

template <size_t N>
void AddTexts(const std::array<Text, N>& text, pg::Params& params) {
  params.insert(params.end(), text.begin(), text.end());
}

std::string Number(int64_t number) { return std::to_string(number); }
std::string Truth(bool value) { return value ? "t" : "f"; }

// Calls `write` for each value in that state, marks it stored, and empties the list at last.
template <typename T, typename F>
void WriteEach(const std::vector<T*>& touched, State state, const F& write) {
  for (T* value : touched) {
    if (value->state == state) write(*value);
  }
}

template <typename T>
void MarkStored(std::vector<T*>& touched) {
  for (T* value : touched) value->state = State::kStored;
  touched.clear();
}

}  // namespace

void Store::ForgetTold(const Repo& source) {
  connection_.Exec(sql::kForgetTold, {Number(source.id)});
  told_.clear();
}

void Store::Copy(const char* sql, CopyText& rows) {
  if (rows.empty()) return;
  connection_.BeginCopy(sql);
  connection_.PutCopy(rows.bytes());
  connection_.EndCopy();
  rows.clear();
}

void Store::WriteOwners() {
  const std::string& by = requester_.username;
  CopyText rows;
  WriteEach(accounts_touched_, State::kNew, [&](const Account& a) {
    rows.Add(a.id).Add(a.username).Add(a.active).Add(a.extras);
    AddTexts(a.text, rows);
    rows.Add(by).Add(by).EndRow();
  });
  Copy(sql::kCopyAccounts, rows);
  WriteEach(accounts_touched_, State::kChanged, [&](const Account& a) {
    pg::Params params = {Number(a.id), Truth(a.active), a.extras};
    AddTexts(a.text, params);
    params.emplace_back(by);
    connection_.Exec(sql::kChangeAccount, params);
  });
  MarkStored(accounts_touched_);

  CopyText members;
  WriteEach(orgs_touched_, State::kNew, [&](const Org& org) {
    rows.Add(org.id).Add(org.mnemonic).Add(org.access).Add(org.extras);
    AddTexts(org.text, rows);
    rows.Add(by).Add(by).EndRow();
    members.Add(org.id).Add(requester_.account_id).EndRow();
  });
  Copy(sql::kCopyOrgs, rows);
  Copy(sql::kCopyMembers, members);
  WriteEach(orgs_touched_, State::kChanged, [&](const Org& org) {
    pg::Params params = {Number(org.id), org.access, org.extras};
    AddTexts(org.text, params);
    params.emplace_back(by);
    connection_.Exec(sql::kChangeOrg, params);
  });
  MarkStored(orgs_touched_);
}

void Store::WriteRepos() {
  const std::string& by = requester_.username;
  CopyText rows;
  WriteEach(repos_touched_, State::kNew, [&](const Repo& repo) {
    rows.Add(repo.id).Add(ToString(repo.kind));
    if (repo.owner.is_org) {
      rows.Add(repo.owner_id).AddNull();
    } else {
      rows.AddNull().Add(repo.owner_id);
    }
    rows.Add(repo.mnemonic).Add(repo.url).Add(repo.access).Add(repo.extras).Add(repo.properties);
    AddTexts(repo.text, rows);
    rows.Add(by).Add(by).EndRow();
  });
  Copy(sql::kCopyRepos, rows);
  WriteEach(repos_touched_, State::kChanged, [&](const Repo& repo) {
    pg::Params params = {Number(repo.id), repo.access, repo.extras, repo.properties};
    AddTexts(repo.text, params);
    params.emplace_back(by);
    connection_.Exec(sql::kChangeRepo, params);
  });
  MarkStored(repos_touched_);
}

void Store::WriteConcepts() {
  CopyText heads;
  std::vector<int64_t> sources, numbers;
  std::vector<pg::Value> mnemonics;
  WriteEach(concepts_touched_, State::kNew, [&](const Concept& c) {
    heads.Add(c.source_id).Add(c.mnemonic).Add(c.version).Add(requester_.username).EndRow();
  });
  WriteEach(concepts_touched_, State::kChanged, [&](const Concept& c) {
    sources.push_back(c.source_id);
    mnemonics.emplace_back(c.mnemonic);
    numbers.push_back(c.version);
  });
  Copy(sql::kCopyConcepts, heads);
  Copy(sql::kCopyConceptVersions, concept_versions_);
  if (!sources.empty()) {
    connection_.Exec(sql::kChangeConcepts,
                     {pg::Int8Array(sources), pg::TextArray(mnemonics), pg::Int8Array(numbers)});
  }
  MarkStored(concepts_touched_);
}

void Store::WriteMappings() {
  std::vector<int64_t> sources, numbers, from_sources;
  std::vector<pg::Value> ids, types, from_codes, targets, to_sources, to_codes, retired;
  WriteEach(mappings_touched_, State::kChanged, [&](const Mapping& m) {
    sources.push_back(m.source_id);
    ids.emplace_back(m.mnemonic);
    numbers.push_back(m.version);
    types.emplace_back(m.content.map_type);
    from_sources.push_back(m.from_source_id);
    from_codes.emplace_back(m.from_code);
    targets.emplace_back(m.content.Target());
    bool resolved = m.to_source_id != 0;
    to_sources.push_back(resolved ? pg::Value(Number(m.to_source_id)) : pg::Value());
    to_codes.push_back(resolved ? pg::Value(m.to_code) : pg::Value());
    retired.emplace_back(Truth(m.content.retired));
  });
  // Before new mappings, which may be what these were.
  if (!sources.empty()) {
    connection_.Exec(
        sql::kChangeMappings,
        {pg::Int8Array(sources), pg::TextArray(ids), pg::Int8Array(numbers), pg::TextArray(types),
         pg::Int8Array(from_sources), pg::TextArray(from_codes), pg::TextArray(targets),
         pg::TextArray(to_sources), pg::TextArray(to_codes), pg::TextArray(retired)});
  }
  CopyText heads;
  WriteEach(mappings_touched_, State::kNew, [&](const Mapping& m) {
    heads.Add(m.source_id).Add(m.mnemonic).Add(m.version).Add(m.content.map_type);
    heads.Add(m.from_source_id).Add(m.from_code).Add(m.content.Target());
    if (m.to_source_id != 0) {
      heads.Add(m.to_source_id).Add(m.to_code);
    } else {
      heads.AddNull().AddNull();
    }
    heads.Add(m.content.retired).Add(requester_.username).EndRow();
  });
  Copy(sql::kCopyMappings, heads);
  Copy(sql::kCopyMappingVersions, mapping_versions_);
  MarkStored(mappings_touched_);
}

void Store::WriteReferences() {
  CopyText added;
  std::vector<int64_t> collections, sources;
  std::vector<pg::Value> kinds, ids;
  for (Reference* reference : references_touched_) {
    int32_t version = reference->present ? reference->version : 0;
    if (version == reference->stored_version) continue;  // written, or came to nothing
    if (reference->stored_version != 0) {
      collections.push_back(reference->collection_id);
      sources.push_back(reference->source_id);
      kinds.emplace_back(std::string(ToString(reference->kind)));
      ids.emplace_back(reference->mnemonic);
    }
    if (version != 0) {
      added.Add(reference->collection_id).Add(ToString(reference->kind));
      added.Add(reference->source_id).Add(reference->mnemonic).Add(version);
      added.Add(requester_.username).EndRow();
    }
    reference->stored_version = version;
  }
  if (!collections.empty()) {
    connection_.Exec(sql::kDropReferences, {pg::Int8Array(collections), pg::Int8Array(sources),
                                            pg::TextArray(kinds), pg::TextArray(ids)});
  }
  Copy(sql::kCopyReferences, added);
  references_touched_.clear();
}

void Store::WriteVersions() {
  const std::string& by = requester_.username;
  CopyText rows;
  std::vector<int64_t> ids, repos;
  WriteEach(versions_touched_, State::kNew, [&](const RepoVersion& v) {
    rows.Add(v.id).Add(v.repo_id).Add(v.mnemonic).Add(v.released).Add(v.extras);
    AddTexts(v.text, rows);
    rows.Add(by).Add(by).EndRow();
    ids.push_back(v.id);
    repos.push_back(v.repo_id);
  });
  Copy(sql::kCopyVersions, rows);
  if (!ids.empty()) {
    connection_.Exec(sql::kFillVersions, {pg::Int8Array(ids), pg::Int8Array(repos)});
  }
  WriteEach(versions_touched_, State::kChanged, [&](const RepoVersion& v) {
    pg::Params params = {Number(v.id), Truth(v.released), v.extras};
    AddTexts(v.text, params);
    params.emplace_back(by);
    connection_.Exec(sql::kChangeVersion, params);
  });
  MarkStored(versions_touched_);
}

void Store::WriteTold() {
  if (told_touched_.empty()) return;
  std::vector<int64_t> sources;
  std::vector<pg::Value> mnemonics;
  CopyText rows;
  for (const auto& [key, names] : told_touched_) {
    int64_t source = std::stoll(key);
    std::string mnemonic = key.substr(key.find('\n') + 1);
    sources.push_back(source);
    mnemonics.emplace_back(mnemonic);
    for (const auto& [locale, name] : names) {
      rows.Add(source).Add(locale).Add(Hex(Md5(name))).Add(mnemonic).EndRow();
    }
  }
  connection_.Exec(sql::kDropTold, {pg::Int8Array(sources), pg::TextArray(mnemonics)});
  Copy(sql::kCopyTold, rows);
  told_touched_.clear();
}

void Store::Flush() {
  WriteOwners();
  WriteRepos();
  WriteConcepts();
  WriteMappings();
  WriteReferences();
  WriteVersions();
  WriteTold();
}

void Store::Forget() {
  accounts_.clear();
  orgs_.clear();
  repos_.clear();
  versions_.clear();
  concepts_.clear();
  mappings_.clear();
  references_.clear();
  mappings_like_.clear();
  mappings_from_.clear();
  new_from_.clear();
  told_.clear();
  new_repos_.clear();
  accounts_touched_.clear();
  orgs_touched_.clear();
  repos_touched_.clear();
  versions_touched_.clear();
  concepts_touched_.clear();
  mappings_touched_.clear();
  references_touched_.clear();
  concept_versions_.clear();
  mapping_versions_.clear();
  told_touched_.clear();
}

}  // namespace sluice::ocl
