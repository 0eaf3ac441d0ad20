#include "system/terminology/resource_read.h"

#include <utility>

#include "system/terminology/body.h"
#include "system/terminology/concept_name.h"
#include "system/terminology/json_text.h"
#include "system/terminology/resource_sql.h"
#include "system/terminology/store_row.h"

namespace sluice::ocl {
namespace {

std::string Number(int64_t number) { return std::to_string(number); }
std::string Truth(bool value) { return value ? "t" : "f"; }

// created_by, created_at, updated_by, updated_at from this column on.
Stamp StampAt(const pg::Result& rows, int row, int column) {
  return {.updated_on = rows.text(row, column + 3),
          .updated_by = rows.text(row, column + 2),
          .created_on = rows.text(row, column + 1),
          .created_by = rows.text(row, column)};
}

// As much of an item's source as its body says: its URL and access are the row's last columns.
Repo SourceAt(const pg::Result& rows, int row, int column) {
  Repo source;
  source.url = rows.text(row, column);
  source.access = rows.text(row, column + 1);
  if (auto url = ParseRepoUrl(source.url)) {
    source.owner = url->owner;
    source.mnemonic = url->id;
  }
  return source;
}

Text NameAt(const pg::Result& rows, int row, int column) {
  return rows.is_null(row, column) ? std::nullopt : DisplayTextOf(rows.text(row, column));
}

class Reader {
 public:
  Reader(pg::Connection& connection, const Requester& requester, const ResourcePath& path,
         const ListQuery& query)
      : connection_(connection), requester_(requester), path_(path), query_(query) {}

  std::optional<Found> Read() {
    if (!FindPlace()) return std::nullopt;
    Found found;
    switch (path_.resource) {
      case Resource::kOrg:
        found = Page(sql::kCountOrgs, sql::kPageOrgs, {Q(), Id()}, OrgBody);
        break;
      case Resource::kUser:
        found = Page(sql::kCountUsers, sql::kPageUsers, {Q(), Id()}, UserBody);
        break;
      case Resource::kRepo:
        found = Page(sql::kCountRepos, sql::kPageRepos,
                     {Q(), path_.list ? std::nullopt : Text(path_.repo_url),
                      std::string(ToString(path_.kind)), path_.owner->Url()},
                     RepoBody);
        break;
      case Resource::kRepoVersion:
        found =
            Page(sql::kCountVersions, sql::kPageVersions, {Q(), Id(), Number(repo_.id)},
                 [this](const pg::Result& rows, int row) {
                   return Body(TakeVersion(rows, row), repo_, StampAt(rows, row, kVersionColumns));
                 });
        break;
      case Resource::kConcept:
        found = Page(sql::kCountConcepts, sql::kPageConcepts, Held(Id()), ConceptBody);
        break;
      case Resource::kMapping:
        found = ReadMappings();
        break;
      case Resource::kReference:
        found = Page(sql::kCountReferences, sql::kPageReferences, {Q(), Number(repo_.id)},
                     ReferenceBody);
        break;
      case Resource::kItemVersion:
        found = ReadItemVersions();
        break;
    }
    if (!path_.list && found.bodies.empty()) return std::nullopt;
    return found;
  }

 private:
  Text Q() const { return path_.list ? query_.q : std::nullopt; }
  Text Id() const { return path_.list ? std::nullopt : Text(path_.id); }

  // The repository, and the version of it, that the path leads through. False: not to be seen.
  bool FindPlace() {
    if (path_.resource == Resource::kRepo && path_.list) return IsOwnerThere();
    if (path_.repo_url.empty() || path_.resource == Resource::kRepo) return true;
    std::optional<RepoUrl> url = ParseRepoUrl(path_.repo_url);
    if (!url) return false;
    pg::Result repos = connection_.Exec(
        sql::kPageRepos,
        Ask(1, 0,
            {std::nullopt, path_.repo_url, std::string(ToString(url->kind)), url->owner.Url()}));
    if (repos.rows() == 0) return false;
    repo_ = TakeRepo(repos, 0);
    if (path_.repo_version.empty()) return true;
    pg::Result versions = connection_.Exec(
        sql::kPageVersions, Ask(1, 0, {std::nullopt, path_.repo_version, Number(repo_.id)}));
    if (versions.rows() == 0) return false;
    version_ = Number(TakeVersion(versions, 0).id);
    return true;
  }

  bool IsOwnerThere() {
    const char* sql = path_.owner->is_org ? sql::kPageOrgs : sql::kPageUsers;
    return connection_.Exec(sql, Ask(1, 0, {std::nullopt, path_.owner->id})).rows() != 0;
  }

  // Parameters of a statement: those that all share, then its own.
  pg::Params Ask(int64_t limit, int64_t offset, const pg::Params& own) const {
    pg::Params all = {Number(limit), Number(offset), Number(requester_.account_id),
                      Truth(requester_.staff)};
    all.insert(all.end(), own.begin(), own.end());
    return all;
  }

  template <typename MakeBody>
  Found Page(const char* count, const char* page, const pg::Params& own, const MakeBody& body) {
    int64_t limit = path_.list ? query_.limit : 1;
    int64_t offset = path_.list ? (query_.page - 1) * query_.limit : 0;
    pg::Params asked = Ask(limit, offset, own);
    pg::Result rows = connection_.Exec(page, asked);
    Found found;
    for (int row = 0; row < rows.rows(); ++row) found.bodies.push_back(body(rows, row));
    found.total = path_.list ? connection_.Exec(count, asked).int8(0, 0) : rows.rows();
    return found;
  }

  // What the repository, or its version, holds.
  pg::Params Held(const Text& id) const {
    bool retired = query_.include_retired || !path_.list;
    return {Q(), id, Number(repo_.id), version_, Truth(retired)};
  }

  Found ReadMappings() {
    bool of_concept = path_.list && !path_.id.empty();
    pg::Params own = Held(Id());
    own.push_back(of_concept ? Text(ItemUrlOf(path_.repo_url, ItemKind::kConcept, path_.id))
                             : std::nullopt);
    return Page(sql::kCountMappings, sql::kPageMappings, own, MappingBody);
  }

  Found ReadItemVersions() {
    pg::Params own = {Number(repo_.id), path_.id,
                      path_.version ? Text(Number(*path_.version)) : std::nullopt};
    if (path_.item == ItemKind::kConcept) {
      return Page(sql::kCountConceptVersions, sql::kPageConceptVersions, own, ConceptBody);
    }
    return Page(sql::kCountMappingVersions, sql::kPageMappingVersions, own, MappingBody);
  }

  static std::string OrgBody(const pg::Result& rows, int row) {
    return Body(TakeOrg(rows, row), StampAt(rows, row, kOrgColumns));
  }
  static std::string UserBody(const pg::Result& rows, int row) {
    return Body(TakeAccount(rows, row), StampAt(rows, row, kAccountColumns));
  }
  static std::string RepoBody(const pg::Result& rows, int row) {
    return Body(TakeRepo(rows, row), StampAt(rows, row, kRepoColumns));
  }
  static std::string ConceptBody(const pg::Result& rows, int row) {
    constexpr int kComment = kConceptColumns + 4;
    return Body(TakeConcept(rows, row), SourceAt(rows, row, kComment + 1),
                TextAt(rows, row, kComment), StampAt(rows, row, kConceptColumns));
  }
  static std::string MappingBody(const pg::Result& rows, int row) {
    constexpr int kComment = kMappingColumns + 4;
    MappedNames names{.from = NameAt(rows, row, kComment + 3),
                      .to = NameAt(rows, row, kComment + 4)};
    return Body(TakeMapping(rows, row), SourceAt(rows, row, kComment + 1), names,
                TextAt(rows, row, kComment), StampAt(rows, row, kMappingColumns));
  }
  static std::string ReferenceBody(const pg::Result& rows, int row) {
    std::string text;
    ObjectWriter body(text);
    body.Text("expression", rows.text(row, 0))
        .Text("reference_type", rows.text(row, 1) == "concept" ? "concepts" : "mappings")
        .Text("created_on", rows.text(row, 3))
        .Text("created_by", rows.text(row, 2));
    body.End();
    return text;
  }

  pg::Connection& connection_;
  const Requester& requester_;
  const ResourcePath& path_;
  const ListQuery& query_;
  Repo repo_;
  Text version_;  // the id of the repository's version
};

}  // namespace

std::optional<Found> ReadResource(pg::Connection& connection, const Requester& requester,
                                  const ResourcePath& path, const ListQuery& query) {
  return Reader(connection, requester, path, query).Read();
}

}  // namespace sluice::ocl
