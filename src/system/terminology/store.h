// The store as one batch sees it: what is in the database, and over it what the batch's earlier
// lines did. Lines are applied one after the other to this view; the database is read and written
// in sets. A value that was not read ahead is read when it is asked for, so reading ahead changes
// nothing but the speed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pg/connection.h"
#include "system/terminology/copy_text.h"
#include "system/terminology/id_block.h"
#include "system/terminology/ocl_model.h"
#include "system/terminology/script_line.h"

namespace sluice::ocl {

// A key of several parts: parts joined by line feeds, which no part but the last may hold.
using Key = std::string;

class Store {
 public:
  // All outlive the store. REQUIRES: a transaction is open while the store is used.
  Store(pg::Connection& connection, const Requester& requester, IdBlock& ids)
      : connection_(connection), requester_(requester), ids_(ids) {}

  // Reads what these lines will ask for.
  void ReadAhead(std::span<const ScriptLine> lines);
  // Writes what is still to be written.
  void Flush();
  // Forgets everything, also what was not flushed: after a rollback, or when the database was
  // changed past this view.
  void Forget();

  // Each Find: null if there is none. The pointers live until Forget.
  Account* FindAccount(const std::string& username);
  Org* FindOrg(const std::string& mnemonic);
  Repo* FindRepo(const std::string& url);
  RepoVersion* FindVersion(const Repo& repo, const std::string& mnemonic);
  Concept* FindConcept(const Repo& source, const std::string& mnemonic);
  Mapping* FindMapping(const Repo& source, const std::string& mnemonic);
  Mapping* FindMappingLike(const Repo& source, const std::string& map_type, int64_t from_source_id,
                           const std::string& from_code, const std::string& target);
  // Of `source`, those that map from the concept, in the order of their ids.
  std::vector<Mapping*> MappingsFrom(const Repo& source, int64_t from_source_id,
                                     const std::string& from_code);
  // The entry for the item in the collection; `present` says whether it is in.
  Reference& ReferenceTo(const Repo& collection, ItemKind kind, const Repo& source,
                         const std::string& mnemonic);

  Account& Add(Account account);
  Org& Add(Org org);
  Repo& Add(Repo repo);
  RepoVersion& Add(RepoVersion version);
  Concept& Add(Concept new_concept, const Text& comment);
  Mapping& Add(Mapping mapping, const Text& comment);

  // After changing the value's attributes.
  void Changed(Account& account) { Touch(account, accounts_touched_); }
  void Changed(Org& org) { Touch(org, orgs_touched_); }
  void Changed(Repo& repo) { Touch(repo, repos_touched_); }
  void Changed(RepoVersion& version) { Touch(version, versions_touched_); }
  // A next version with this content.
  void Revise(Concept& known, ConceptContent content, const Text& comment);
  void Revise(Mapping& known, Mapping changed, const Text& comment);

  // The concepts of an OpenMRS source that bear this name, which must be told apart.
  std::vector<std::string>& ToldApart(const Repo& source, std::string_view locale,
                                      std::string_view name);
  // The concept's told names are these now: pairs of locale and name.
  using ToldNames = std::vector<std::pair<std::string, std::string>>;
  void SetTold(const Repo& source, const std::string& mnemonic, const ToldNames& before,
               const ToldNames& after);
  // The source's names need not be told apart any more, or will all be told anew. REQUIRES: nothing
  // is left to flush.
  void ForgetTold(const Repo& source);

  pg::Connection& connection() { return connection_; }
  const Requester& requester() const { return requester_; }

 private:
  template <typename T>
  using Cache = std::unordered_map<Key, std::unique_ptr<T>>;

  template <typename T>
  static void Touch(T& value, std::vector<T*>& touched) {
    if (value.state != State::kStored) return;
    value.state = State::kChanged;
    touched.push_back(&value);
  }

  // store_read.cc: each asks for the keys that are not known yet.
  using Keys = std::vector<Key>;
  void ReadAccounts(const Keys& usernames);
  void ReadOrgs(const Keys& mnemonics);
  void ReadRepos(const Keys& urls);
  using IdKey = std::pair<int64_t, std::string>;  // repository, and a mnemonic or identity in it
  using IdKeys = std::vector<IdKey>;
  void ReadVersions(IdKeys keys);
  void ReadConcepts(IdKeys keys);
  void ReadMappings(IdKeys keys);
  void ReadMappingsLike(IdKeys keys);
  struct FromKey {
    int64_t source_id, from_source_id;
    std::string from_code;
  };
  void ReadMappingsFrom(std::vector<FromKey> keys);
  struct ReferenceKey {
    int64_t collection_id, source_id;
    ItemKind kind;
    std::string mnemonic;
  };
  void ReadReferences(std::vector<ReferenceKey> keys);
  void ReadTold(std::vector<std::tuple<int64_t, std::string, std::string>> keys);
  Mapping* TakeMapping(const pg::Result& row, int at);
  void ReadAheadItems(std::span<const ScriptLine> lines);
  void ReadAheadReferences(std::span<const ScriptLine> lines);

  // store_write.cc
  void WriteOwners();
  void WriteRepos();
  void WriteConcepts();
  void WriteMappings();
  void WriteReferences();
  void WriteVersions();
  void WriteTold();
  void Copy(const char* sql, CopyText& rows);

  pg::Connection& connection_;
  const Requester& requester_;
  IdBlock& ids_;

  Cache<Account> accounts_;                          // username
  Cache<Org> orgs_;                                  // mnemonic
  Cache<Repo> repos_;                                // url
  Cache<RepoVersion> versions_;                      // repo, mnemonic
  Cache<Concept> concepts_;                          // source, mnemonic
  Cache<Mapping> mappings_;                          // source, mnemonic
  Cache<Reference> references_;                      // collection, source, kind, mnemonic
  std::unordered_map<Key, Mapping*> mappings_like_;  // source, identity
  std::unordered_map<Key, std::vector<Mapping*>> mappings_from_;  // source, from source, from code
  std::unordered_map<Key, std::vector<Mapping*>> new_from_;       // likewise, of this batch
  std::unordered_map<Key, std::vector<std::string>> told_;        // source, locale, name
  std::unordered_set<int64_t> new_repos_;  // made by this batch: the database has nothing of them

  std::vector<Account*> accounts_touched_;
  std::vector<Org*> orgs_touched_;
  std::vector<Repo*> repos_touched_;
  std::vector<RepoVersion*> versions_touched_;
  std::vector<Concept*> concepts_touched_;
  std::vector<Mapping*> mappings_touched_;
  std::vector<Reference*> references_touched_;
  CopyText concept_versions_;
  CopyText mapping_versions_;
  std::unordered_map<Key, ToldNames> told_touched_;  // source, mnemonic: what it bears now

 public:
  // A reference that was added to or removed from its collection.
  void Changed(Reference& reference) { references_touched_.push_back(&reference); }
  int64_t NewId() { return ids_.Next(); }
};

}  // namespace sluice::ocl
